"""Insight: the loop in figures, from the scan to the order that comes back."""
