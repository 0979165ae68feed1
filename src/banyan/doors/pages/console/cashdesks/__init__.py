"""Cash desk codes: what customers pay at by themselves, and what came in."""
