"""What official accounts have published, for anybody to read."""
