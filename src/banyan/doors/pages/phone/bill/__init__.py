"""My bill: a month of my wallet, its sums, and papers of it."""
