"""Answers that are computed from the books and can be thrown away and computed again."""
