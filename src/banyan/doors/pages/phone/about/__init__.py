"""About a store: where it is, when it serves, and what it says of itself."""
