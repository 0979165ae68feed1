"""What is used first and paid later: agreeing to it, and paying what is owed."""
