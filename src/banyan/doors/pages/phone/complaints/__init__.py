"""Complaints about payments: making one, and talking it over with the shop."""
