"""A person's wallet: what it holds, what came and went, and filling it."""
