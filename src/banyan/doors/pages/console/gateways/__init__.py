"""Payment providers: a merchant's accounts there, payments through them, and their statements."""
