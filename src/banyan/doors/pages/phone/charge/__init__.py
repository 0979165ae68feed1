"""The cashier of what merchants ask for over the wire."""
