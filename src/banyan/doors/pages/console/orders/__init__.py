"""Orders: finding them, reading one with its receipt, giving money back."""
