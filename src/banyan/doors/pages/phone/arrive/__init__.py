"""A scan opens the place: who is here, what joining brings, and one tap to do it."""
