"""A picture, a voice, a place or a code for an account, by oneself or as its menu asks."""
