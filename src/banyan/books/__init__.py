"""The two append-only books that carry the truth, and the Office that alone changes them."""
