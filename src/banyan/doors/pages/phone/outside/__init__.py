"""Paying an order through an outside provider."""
