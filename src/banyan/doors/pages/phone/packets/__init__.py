"""Red packets: sending one, opening one's own, and what came and went in a year."""
