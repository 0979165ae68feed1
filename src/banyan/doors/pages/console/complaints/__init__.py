"""Complaints about payments: read, answered, settled."""
