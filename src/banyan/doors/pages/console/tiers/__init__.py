"""Tiers: what members are given for what they have spent."""
