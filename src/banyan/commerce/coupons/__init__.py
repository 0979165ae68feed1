"""Coupons of a merchant, from the campaign that issues them to the order that redeems them."""
