"""Guides: who of the staff looks after customers, and how many payments they brought about."""
