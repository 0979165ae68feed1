"""A person's coupons, and taking those that shops offer."""
