"""A person's member cards."""
