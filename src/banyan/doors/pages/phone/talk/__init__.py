"""The conversation with one official account."""
