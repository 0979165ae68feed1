"""Whether a car can pay in passing, and when money is asked for again."""

from datetime import datetime, timedelta, timezone

from banyan.base.errors import Refusal
from banyan.base.ladder import Ladder
from banyan.pay.parkings.types import DeductionTerms, Entry, Obstacle, Plate

DEDUCTION_MAX_FEN = 50_000
"""The most that one stay may cost: whose car it is agreed once, to car parks, not to sums."""
PERSON_DAY_MAX_FEN = 100_000
"""The most that is taken from a person on one day, whatever car parks say came in."""
_china = timezone(timedelta(hours=8))
ASKED_AGAIN = Ladder(
    steps=(timedelta(hours=1), timedelta(hours=6)), then=timedelta(days=1), tries_max=60
)
"""When money is asked for again that was not there."""


def decide_obstacle(plate: Plate | None, *, owes: bool) -> Obstacle:
    """Why a car can't pay in passing now, if it can't."""
    if plate is None:
        return Obstacle.UNKNOWN
    if owes:
        return Obstacle.OVERDUE
    return Obstacle.PAUSED if plate.is_paused else Obstacle.NONE


def find_refusal(
    entry: Entry, terms: DeductionTerms, plate: Plate | None, *, owes: bool
) -> Refusal | None:
    """Why money can't be taken from a car that came in, if it can't."""
    if (entry.plate_no, entry.color) != (terms.plate_no, terms.color):
        return Refusal("parkings.other_car")
    if entry.is_left:
        return Refusal("parkings.left_already")
    code = _codes.get(decide_obstacle(plate, owes=owes))
    return Refusal(code) if code else None


def check_amount(total_fen: int, today_fen: int) -> None:
    """Accept so much, beside what was asked of the same person today.

    Raises Refusal `parkings.too_much`.
    """
    if total_fen > DEDUCTION_MAX_FEN:
        raise Refusal("parkings.too_much", amount_max_fen=DEDUCTION_MAX_FEN)
    if today_fen + total_fen > PERSON_DAY_MAX_FEN:
        raise Refusal("parkings.too_much", amount_max_fen=PERSON_DAY_MAX_FEN)


def begin_of_day(at: datetime) -> datetime:
    """When the day of an instant began, by China's clock."""
    return at.astimezone(_china).replace(hour=0, minute=0, second=0, microsecond=0)


_codes = {
    Obstacle.UNKNOWN: "parkings.plate_unknown",
    Obstacle.PAUSED: "parkings.plate_paused",
    Obstacle.OVERDUE: "parkings.owes",
}
