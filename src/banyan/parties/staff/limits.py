"""How many people may act for a merchant, and for how many merchants one person."""

STAFF_MAX = 2_000
"""Most staff of one merchant."""
GRANTS_MAX = 500
"""Most merchants that one person can act for."""
