"""Devices of mine: bound by scanning their code, watched, and unbound."""
