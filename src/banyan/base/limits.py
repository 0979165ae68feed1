"""Bounds that several rooms share; nothing in Banyan grows without one."""

AMOUNT_MAX = 10**12
"""Largest single amount in minor units: ten thousand million yuan."""
QUANTITY_MAX = 1_000_000
PAGE_MAX = 100
NAME_MAX = 100
TEXT_MAX = 2_000
TRANSFERS_MAX = 50_000
"""Most transfers that one transaction settles."""
QUEUE_MAX = 10_000
"""Most callers that may wait for one operation before newcomers are told to come later."""
RETRIES_MAX = 3
