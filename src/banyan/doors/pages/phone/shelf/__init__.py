"""What a store sells: its shelf, and one product of it."""
