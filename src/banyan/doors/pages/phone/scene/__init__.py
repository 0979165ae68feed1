"""An account's own code was scanned: its account, and following it."""
