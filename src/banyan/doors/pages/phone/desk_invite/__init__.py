"""Being asked to answer for an account."""
