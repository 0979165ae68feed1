"""How many API keys there may be, and how long they and their old secrets last."""

from datetime import timedelta

KEYS_MAX = 50
"""Most keys of one merchant that work; those that are revoked are kept for the record."""
PREFIX_LENGTH = 11
"""Shown of a secret: `bk_` and eight characters, 48 of its 256 bits."""
USED_STEP = timedelta(hours=1)
"""How coarse "last used" is."""
VALID_DAYS_MAX = 3_650
GRACE_S_MAX = 7 * 86_400
"""Longest that the secret before a rotation may go on working."""
