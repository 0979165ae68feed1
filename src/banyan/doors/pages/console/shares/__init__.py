"""What a merchant shares with others, in the console."""
