"""In what people speak, and how long anybody waits for what they said."""

from datetime import datetime, timedelta

from banyan.parties.people import Language as PersonLanguage
from banyan.reach.voices.types import Origin

KEPT = timedelta(days=1)
"""How long is known what was heard."""
TAKINGS_MAX = 3
"""How often somebody tries to hear a voice at most."""
PROGRAMS_WAIT = timedelta(minutes=1)
"""How long programs let conversations go first, in which somebody waits."""
TURN = timedelta(seconds=15)
"""How long hearing a voice may take before those of other accounts go first."""

SPOKEN = {PersonLanguage.ZH: "zh_CN", PersonLanguage.EN: "en_US"}
"""In what people speak who read these languages."""


def compute_turn(asked_at: datetime, origin: Origin, waiting_count: int) -> datetime:
    """When it is the turn of a voice, if so many of the same account and origin wait before it.

    Voices are heard in this order. So an account with many lets others go first after each, and
    who asked long enough ago goes before everybody who asks now.
    """
    wait = PROGRAMS_WAIT if origin is Origin.PROGRAM else timedelta(0)
    return asked_at + wait + waiting_count * TURN
