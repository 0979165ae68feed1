"""Signing in by phone and one-time code, on a page of its own or within another."""
