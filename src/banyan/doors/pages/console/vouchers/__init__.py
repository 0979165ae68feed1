"""Vouchers that a merchant funds or gives up: what they may cost, and what became of them."""
