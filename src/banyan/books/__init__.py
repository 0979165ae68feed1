"""The two append-only books that carry the truth, and the Office through which alone they change."""
