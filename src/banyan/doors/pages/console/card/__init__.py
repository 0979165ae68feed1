"""The cards of an account: made, previewed, handed out, checked off, and what became of them."""
