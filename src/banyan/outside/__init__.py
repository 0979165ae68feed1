"""Whom Banyan calls after the commit, each behind a Protocol that a room declares."""
