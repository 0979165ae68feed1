"""Today: what happened in the shop, and what is still to be set up."""
