"""What an answer of a provider means, what it is asked next, and when: pure."""

from datetime import datetime, timedelta
from enum import Enum, StrEnum

from banyan.pay.gateways.ports import Learned, Outcome, RefundOutcome
from banyan.pay.gateways.types import (
    Attempt,
    AttemptState,
    GatewayKind,
    RefundState,
    Way,
)

LEASE = timedelta(seconds=120)
"""How long something is ours while we ask: longer than all calls of one errand may take."""
LEFT_MIN = timedelta(minutes=2)
"""How much time what is to be paid must have left when the payer sets out."""
EARLIER = timedelta(seconds=30)
"""So long before what is paid ends on our side it ends at the provider: the rest is for hearing."""
LAST_LOOK = timedelta(seconds=60)
"""So long after it was closed a payment is asked about once more."""
_ladder = tuple(timedelta(seconds=one) for one in (5, 15, 30, 60, 120, 300, 600))
_closing_max = timedelta(minutes=2)
_refund_ladder = tuple(timedelta(seconds=one) for one in (5, 15, 60, 300, 900, 1_800, 3_600))
_money_rest = timedelta(minutes=30)
_check_ladder = tuple(timedelta(seconds=one) for one in (2, 5, 15, 60, 300, 900))
_away_max_s = 60
_doublings_max = 6
_spread = 21
WAYS = {
    GatewayKind.WECHATPAY: frozenset({Way.CODE, Way.WEB, Way.JSAPI}),
    GatewayKind.ALIPAY: frozenset({Way.CODE, Way.WEB, Way.PAGE}),
}
"""Which ways each provider has."""

LIVE = frozenset({AttemptState.ASKING, AttemptState.OPEN})
"""The states of attempts that may still be paid as a matter of course."""
COUNTED = frozenset({AttemptState.PAID, AttemptState.STRAY})
"""The states of attempts whose money came."""


class ErrandKind(StrEnum):
    """What a provider is asked about an attempt."""

    CREATE = "create"
    ASK = "ask"
    CLOSE = "close"


class Verdict(Enum):
    """What hearing of an attempt leads to."""

    NOTHING = "nothing"
    COUNT = "count"
    """Money came: what it is for is paid, or it goes back."""
    CLOSE = "close"
    DISPUTE = "dispute"


def decide_errand(attempt: Attempt, now: datetime) -> ErrandKind:
    """What to ask about an attempt whose turn it is."""
    if attempt.state not in LIVE:
        return ErrandKind.ASK
    if attempt.is_unwanted or now >= attempt.expires_at:
        return ErrandKind.CLOSE
    return ErrandKind.CREATE if attempt.state is AttemptState.ASKING else ErrandKind.ASK


def decide_heard(attempt: Attempt, learned: Learned) -> tuple[Verdict, str]:
    """What follows from what the provider says of an attempt, and why if it is disputed.

    Whatever order the news come in: what was paid stays paid, and a payment counts also after the
    attempt was closed, or disputed. Only the same money may count.
    """
    if learned.outcome is Outcome.PAID:
        why = _find_difference(attempt, learned)
        if why:
            return (Verdict.NOTHING, "") if why == attempt.why else (Verdict.DISPUTE, why)
        return (Verdict.NOTHING if attempt.state in COUNTED else Verdict.COUNT), ""
    if learned.outcome is Outcome.CLOSED and attempt.state in LIVE:
        return Verdict.CLOSE, ""
    return Verdict.NOTHING, ""


def _find_difference(attempt: Attempt, learned: Learned) -> str:
    if learned.currency != attempt.currency:
        return f"currency_differs: {learned.currency}"
    if learned.amount_fen != attempt.amount_fen:
        return f"amount_differs: {learned.amount_fen}"
    if attempt.provider_no and learned.provider_no not in {"", attempt.provider_no}:
        return f"number_differs: {learned.provider_no}"
    return ""


def decide_paid_at(attempt: Attempt, learned: Learned, now: datetime) -> datetime:
    """When it was paid, by the provider's word as far as it can be true."""
    return min(max(learned.paid_at or now, attempt.asked_at), now)


def compute_end(expires_at: datetime) -> datetime:
    """Until when the payer may pay at the provider."""
    return expires_at - EARLIER


def compute_rest(attempt: Attempt, tries: int, now: datetime) -> timedelta:
    """How long until an attempt that may still be paid is asked about again: longer each time.

    Never beyond its end, when it is closed; and no two attempts in step.
    """
    rest = _ladder[min(max(tries - 1, 0), len(_ladder) - 1)]
    rest = rest * (90 + int(attempt.attempt_id) % _spread) / 100
    left = attempt.expires_at - now
    return min(rest, left) if left > timedelta(0) else min(rest, _closing_max)


def compute_last_look(attempt: Attempt, now: datetime) -> timedelta:
    """When to ask for the last time about what was closed.

    A code that a provider did not know of yet may be scanned until it ends.
    """
    return max(attempt.expires_at - now, timedelta(0)) + LAST_LOOK


def compute_away(failures: int) -> timedelta:
    """How long a provider that gave no answer so often is left in peace."""
    return timedelta(seconds=min(2 ** min(failures, _doublings_max), _away_max_s))


def compute_check_rest(tries: int) -> timedelta:
    """How long until keys are tried again where the provider gave no answer."""
    return _check_ladder[min(max(tries - 1, 0), len(_check_ladder) - 1)]


WAITING = frozenset({RefundState.ASKED, RefundState.UNDER_WAY, RefundState.NEEDS_MONEY})
"""The states of refunds whose money is on its way back."""
REFUSED = frozenset({RefundState.REFUSED, RefundState.STUCK})
"""The states of refunds with which the merchant must do something."""
_became = {
    RefundOutcome.DONE: RefundState.DONE,
    RefundOutcome.UNDER_WAY: RefundState.UNDER_WAY,
    RefundOutcome.NEEDS_MONEY: RefundState.NEEDS_MONEY,
    RefundOutcome.REFUSED: RefundState.REFUSED,
    RefundOutcome.STUCK: RefundState.STUCK,
}


def decide_refund(state: RefundState, outcome: RefundOutcome) -> RefundState:
    """How far a refund is after a provider spoke of it, in whatever order its words arrive.

    What was done stays done. Of one that the provider had refused only its end is news, and a
    number that it does not know is to be sent again.
    """
    if state in {RefundState.DONE, RefundState.BY_HAND}:
        return state
    if outcome is RefundOutcome.UNKNOWN_NUMBER:
        return RefundState.ASKED if state in WAITING else state
    if state in REFUSED and outcome is not RefundOutcome.DONE:
        return state
    return _became[outcome]


def compute_refund_rest(state: RefundState, tries: int) -> timedelta | None:
    """How long until a refund is asked about again; None when there is nothing to ask."""
    if state not in WAITING:
        return None
    if state is RefundState.NEEDS_MONEY:
        return _money_rest
    return _refund_ladder[min(max(tries - 1, 0), len(_refund_ladder) - 1)]
