"""The inbox: a conversation for each official account, and one for Banyan's own notices."""
