"""How much may go into a packet, and how it is divided: pure, with chance handed in."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid, Refusal
from banyan.reach.redpackets.types import PacketKind, PacketState, Split

Draw = Callable[[int, int], int]
"""Returns a number between two, both included, each as likely as any other."""

CHINA = ZoneInfo("Asia/Shanghai")
"""Whose days and years limits and summaries go by."""
LASTS = timedelta(hours=24)
"""After so long what nobody took goes back to the sender."""
SHARE_MAX_FEN = 20_000
"""The most that one share may be: two hundred yuan."""
PERSON_COUNT_MAX = 100
"""The most shares in a packet that a person sends."""
PERSON_DAY_MAX_FEN = 5_000_000
"""The most that a person sends a day."""
MERCHANT_COUNT_MAX = 5_000
"""The most shares in a packet that a merchant sends."""
RECEIVER_MINUTE_MAX = 1
"""How many packets one merchant may give one person in a minute."""
RECEIVER_DAY_MAX = 10
"""And in a day."""
MERCHANT_DAY_MAX_FEN = 1_000_000_000
"""The most that a merchant sends a day."""


def check_packet(
    kind: PacketKind, split: Split, total_fen: int, count: int, *, count_max: int
) -> None:
    """Accept what somebody wants to send.

    Raises Invalid `redpackets.one_share`, `redpackets.too_little`, `redpackets.not_divisible`;
    Refusal `redpackets.too_many`, `redpackets.share_too_large`.
    """
    if kind is PacketKind.PERSONAL and count != 1:
        raise Invalid("redpackets.one_share")
    if count > count_max:
        raise Refusal("redpackets.too_many", count_max=count_max)
    if total_fen < count:
        raise Invalid("redpackets.too_little", count=count)
    if split is Split.EQUAL and total_fen % count:
        raise Invalid("redpackets.not_divisible", count=count)
    if total_fen > count * SHARE_MAX_FEN:
        raise Refusal("redpackets.share_too_large", share_max_yuan=SHARE_MAX_FEN // 100)


def draw_shares(split: Split, total_fen: int, count: int, draw: Draw) -> list[int]:
    """Divide a packet into the shares of its places in line.

    Each is at least one fen and at most `SHARE_MAX_FEN`, and they sum exactly. Equal shares are
    equal. Lucky ones are first drawn one after another, each up to twice the mean of what is left,
    as people know it: fair in the mean but not otherwise, as the last places swing more. Then they
    are shuffled, so that each order is as likely as any other: whatever may be asked about one
    place, its mean, its spread, its chance of being the largest, has the same answer for all.
    """
    assert count <= total_fen <= count * SHARE_MAX_FEN
    if split is Split.EQUAL:
        return [total_fen // count] * count
    shares = []
    rest = total_fen
    for left in range(count, 1, -1):
        least = max(1, rest - (left - 1) * SHARE_MAX_FEN)
        most = min(SHARE_MAX_FEN, rest - (left - 1))
        share = draw(least, max(least, min(most, 2 * rest // left)))
        shares.append(share)
        rest -= share
    shares.append(rest)
    for place in range(count - 1, 0, -1):
        other = draw(0, place)
        shares[place], shares[other] = shares[other], shares[place]
    return shares


def find_best(split: Split, shares: Sequence[int]) -> int:
    """Return the place of the largest share, the first of several; 0 where luck has no part."""
    if split is Split.EQUAL or len(shares) == 1:
        return 0
    return shares.index(max(shares)) + 1


def find_shown_best(state: str, best_place: int) -> int:
    """Return the place of the largest share if it may be told: while shares are left it is not."""
    return best_place if state == PacketState.TAKEN else 0
