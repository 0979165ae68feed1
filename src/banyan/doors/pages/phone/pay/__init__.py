"""Paying an order from the wallet, and filling the wallet when it is short."""
