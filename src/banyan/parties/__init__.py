"""Who takes part: people and their sessions, merchants, their staff and keys, and the record of what they changed."""
