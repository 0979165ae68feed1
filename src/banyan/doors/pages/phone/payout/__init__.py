"""Sending money from the wallet to a bank account."""
