"""Opening a shop: a merchant and its first store, in one form."""
