"""API keys: for programs that act for the merchant."""
