"""Campaigns: segments of members, messages to them, and what came of each."""
