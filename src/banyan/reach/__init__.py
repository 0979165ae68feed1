"""How merchants and people talk: official accounts with their followers, and people's inboxes."""
