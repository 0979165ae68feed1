"""Services that people use first and pay later, and what they owe."""
