"""What a merchant sends people, in the console."""
