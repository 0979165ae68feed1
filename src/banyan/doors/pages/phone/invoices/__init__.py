"""Invoices: mine, what I am called on them, and who asks."""
