"""Red packets that a merchant sends, and what became of each."""
