"""Merchants whom providers bring: what providers see of it, and what operators decide."""
