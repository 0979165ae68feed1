"""Search for accounts and articles."""
