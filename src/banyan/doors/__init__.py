"""Doors turn bytes into commands and answers into bytes: no SQL, no decisions; doors do not know each other."""
