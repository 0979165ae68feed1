"""Outside providers, asked in the way that each of them wants."""
