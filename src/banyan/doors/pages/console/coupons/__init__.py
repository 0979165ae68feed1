"""Coupons: the campaigns that give them, and what became of them."""
