"""How long codes and sessions last, and how often anybody may ask for them."""

from datetime import timedelta
from typing import NamedTuple

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES_MAX = 5

SESSION_LIFE = timedelta(days=90)
SESSIONS_MAX = 50
"""Most devices of one person: a further sign-in ends the session that was seen least lately."""
SEEN_STEP = timedelta(hours=1)
"""How coarse "last seen" is: nobody needs to know the minute."""

SIGN_IN_BATCH_MAX = 32
SEEN_BATCH_MAX = 256
FORGET_MAX = 1_000
"""Most rows that one timer cleans up."""


class AskLimit(NamedTuple):
    """At most so many codes within so many seconds of the first."""

    period_s: int
    count_max: int


PHONE_LIMITS = (AskLimit(60, 1), AskLimit(3_600, 5), AskLimit(86_400, 10))
"""With five tries each, fifty guesses a day at one of a million codes."""
ADDRESS_LIMITS = (AskLimit(600, 100), AskLimit(86_400, 2_000))
"""An address may be a shop's whole Wi-Fi."""
PERSON_LIMITS = (AskLimit(3_600, 10), AskLimit(86_400, 30))
"""For somebody who asks while signed in."""
