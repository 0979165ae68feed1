"""Cars that came in, and what was taken for parking."""
