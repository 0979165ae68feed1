"""The order sheet: what it is, where it goes, which coupon, what it comes to."""
