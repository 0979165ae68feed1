"""What is suspicious about a crowd of new followers."""

from datetime import timedelta

from banyan.reach.penalties.types import Crowd, Sign

DAY = timedelta(days=1)
KEPT = timedelta(days=8)
"""How long is known who followed when."""
LEAVES_SOON = timedelta(days=3)
FRESH = timedelta(days=1)
CROWD_MIN = 50
"""Fewer new followers in a day are nothing to look at."""
SIGNS_MIN = 2
"""One sign alone happens to honest accounts, too: an opening brings a crowd."""
REFUSALS_MIN = 3
"""So many refusals for forced sharing within thirty days are no accident."""
_burst_times = 5
_percent = 100
_fresh_percent = 60
_code_percent_max = 20
_left_percent = 30


def decide_signs(crowd: Crowd) -> list[Sign]:
    """What speaks for bought followers; nothing unless there are enough of both."""
    if crowd.follows_count < CROWD_MIN:
        return []
    signs = []
    if crowd.hour_max >= max(CROWD_MIN, _burst_times * crowd.hour_before_max):
        signs.append(Sign.BURST)
    if crowd.fresh_count * _percent >= _fresh_percent * crowd.follows_count:
        signs.append(Sign.FRESH)
    if crowd.code_count * _percent <= _code_percent_max * crowd.follows_count:
        signs.append(Sign.UNTOUCHED)
    if crowd.left_count * _percent >= _left_percent * crowd.follows_count:
        signs.append(Sign.LEAVING)
    return signs if len(signs) >= SIGNS_MIN else []
