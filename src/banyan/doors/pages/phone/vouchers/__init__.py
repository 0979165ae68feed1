"""Money off inside payments, and what merchants' own programs gave: all on one page."""
