"""What an account writes: drafts and their editor, what is out, and comments below it."""
