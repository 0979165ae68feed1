"""Signing for a merchant, on the phone."""
