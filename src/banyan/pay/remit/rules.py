"""What may be sent to whom, and how remittances are numbered: pure limits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from banyan.base.errors import Invalid, Refusal

CONFIRM_WITHIN = timedelta(hours=24)
NAME_FROM_FEN = 200_000
"""From here on a merchant must name who gets the money."""
NAME_UNTIL_FEN = 30
"""Below this it must not."""
RED_PACKET_MAX_FEN = 20_000
AMOUNT_MAX_FEN = 2_000_000
"""The most that one remittance brings."""
PERSON_DAY_MAX_FEN = 5_000_000
"""The most that a person gets from one merchant on one day."""
MERCHANT_DAY_MAX_FEN = 1_000_000_000
DETAILS_MAX = 1_000
RED_PACKET = "RED_PACKET"
SCENES = frozenset({"1000", "1002", "1004", "1005", "1009", "1010", "1011", "1013"})
_china = timezone(timedelta(hours=8))
_id_digits = 19


def day_of(instant: datetime) -> date:
    """The day of the platform's calendar."""
    return instant.astimezone(_china).date()


def check_amount(amount_fen: int, name: str, style: str) -> None:
    """Accept an amount to a person who is named, or not.

    Raises Invalid `remit.name_wanted`, `remit.name_unwanted`; Refusal `remit.too_large`.
    """
    if amount_fen > AMOUNT_MAX_FEN:
        raise Refusal("remit.too_large", amount_max_fen=AMOUNT_MAX_FEN)
    if style == RED_PACKET and amount_fen > RED_PACKET_MAX_FEN:
        raise Refusal("remit.too_large", amount_max_fen=RED_PACKET_MAX_FEN)
    if amount_fen >= NAME_FROM_FEN and not name:
        raise Invalid("remit.name_wanted", from_fen=NAME_FROM_FEN)
    if amount_fen < NAME_UNTIL_FEN and name:
        raise Invalid("remit.name_unwanted", until_fen=NAME_UNTIL_FEN)


def check_scene(scene: str, reports: Sequence[object]) -> None:
    """Accept why money is sent. Raises Invalid `remit.unknown_scene`, `remit.no_reports`."""
    if scene not in SCENES:
        raise Invalid("remit.unknown_scene", scene=scene)
    if not reports:
        raise Invalid("remit.no_reports")


def check_totals(amounts: Sequence[int], numbers: Sequence[str], total_fen: int) -> None:
    """Accept a batch whose parts make its whole.

    Raises Invalid `remit.totals_differ`, `remit.number_twice`.
    """
    if sum(amounts) != total_fen:
        raise Invalid("remit.totals_differ", total_fen=total_fen, sum_fen=sum(amounts))
    if len(set(numbers)) != len(numbers):
        raise Invalid("remit.number_twice")


def number_of(prefix: str, one_id: int, created_at: datetime) -> str:
    """How something is numbered on paper: a kind, a day and its id."""
    return f"{prefix}{day_of(created_at):%Y%m%d}{one_id:0{_id_digits}d}"


def id_in(number: str, prefix: str) -> int:
    """The id in a number of that kind; 0 for what was never numbered so."""
    if not (number.isascii() and number.isdigit() and number.startswith(prefix)):
        return 0
    if len(number) != len(prefix) + 8 + _id_digits:
        return 0
    found = int(number[-_id_digits:])
    return found if found < 1 << 63 else 0
