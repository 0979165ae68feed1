"""Who takes part: people, their sessions, merchants, their staff and keys, and who changed what."""
