"""Doors turn bytes into commands and answers into bytes; they do not know each other."""
