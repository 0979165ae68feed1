"""The fixed code at a cash desk: the person says how much, and pays it at the cashier."""
