"""What an order may cost, when it may move on, and when money is asked for again."""

from collections.abc import Sequence
from datetime import timedelta

from banyan.base.errors import Failure, Invalid, Refusal
from banyan.base.ladder import Ladder
from banyan.pay.scores.types import Item, Mandate, Risk, Scheme, ScoreOrder, ScoreState

CONFIRM_WITHIN = timedelta(hours=1)
"""How long a person has to agree."""
COMPLETE_WITHIN = timedelta(days=30)
"""How long something may be used before the merchant says what it costs."""
ASKED_AGAIN = Ladder(
    steps=(timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)),
    then=timedelta(days=1),
    tries_max=60,
)
"""When money is asked for again that was not there."""


def compute_total(fees: Sequence[Item], discounts: Sequence[Item]) -> int:
    """What fees less discounts come to; it may be less than nothing."""
    paid = sum(one.amount_fen or 0 for one in fees)
    return paid - sum(one.amount_fen or 0 for one in discounts)


def check_total(
    fees: Sequence[Item], discounts: Sequence[Item], total_fen: int, most_fen: int
) -> None:
    """Let a bill pass, or raise.

    Raises Invalid `scores.no_fees`, `scores.amount_missing`, `scores.total_differs`; Refusal
    `scores.over_risk`.
    """
    if not fees:
        raise Invalid("scores.no_fees")
    if any(one.amount_fen is None for one in (*fees, *discounts)):
        raise Invalid("scores.amount_missing")
    if compute_total(fees, discounts) != total_fen:
        raise Invalid("scores.total_differs")
    if total_fen > most_fen:
        raise Refusal("scores.over_risk", most_fen=most_fen)


def check_risk(scheme: Scheme, risk: Risk) -> None:
    """Let an order begin, or raise Refusal `scores.scheme_closed`, `scores.risk_too_large`."""
    check_open(scheme)
    if risk.amount_fen > scheme.risk_max_fen:
        raise Refusal("scores.risk_too_large", most_fen=scheme.risk_max_fen)


def check_mandated(mandate: Mandate, risk: Risk) -> None:
    """Let an order begin unasked, or raise Refusal `scores.risk_too_large`.

    What the scheme allows by now does not count, but what its person agreed to.
    """
    if risk.amount_fen > mandate.most_fen:
        raise Refusal("scores.risk_too_large", most_fen=mandate.most_fen)


def check_open(scheme: Scheme) -> None:
    """Raise Refusal `scores.scheme_closed` unless orders may begin."""
    if not scheme.is_open:
        raise Refusal("scores.scheme_closed")


def find_obstacle_to_complete(order: ScoreOrder) -> Failure | None:
    """Why an order can't be completed now."""
    if order.state is ScoreState.DOING and order.completed_at is None:
        return None
    return state_failure(order)


def state_failure(order: ScoreOrder) -> Refusal:
    """The refusal of what an order's state forbids."""
    stage = order.state.value
    if order.is_owed:
        stage = "completed"
    return Refusal("scores.wrong_state", state=stage)
