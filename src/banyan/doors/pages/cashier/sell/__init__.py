"""Selling: the shelf at the left, the ticket at the right."""
