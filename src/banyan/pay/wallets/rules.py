"""How much may come into a wallet: pure limits."""

from banyan.base.errors import Invalid, Refusal
from banyan.base.money import CNY

SHORT = "wallets.insufficient"
"""A wallet holds too little."""
TOP_UP_MAX_FEN = 5_000_000
"""The most that one top-up brings: fifty thousand yuan."""
BALANCE_MAX_FEN = 20_000_000
"""The most that a top-up may fill a wallet to; refunds always come in, whatever they sum to."""


def check_top_up(
    amount_fen: int, balance_fen: int, *, is_bank_open: bool, currency: str = CNY.code
) -> None:
    """Accept a top-up of a wallet that holds `balance_fen`.

    Raises Invalid `wallets.nothing_to_top_up`, Refusal `wallets.bank_closed`,
    `wallets.top_up_too_large` and `wallets.too_full`, the latter two with the most that may come.
    """
    if amount_fen <= 0:
        raise Invalid("wallets.nothing_to_top_up")
    if not is_bank_open:
        raise Refusal("wallets.bank_closed")
    if amount_fen > TOP_UP_MAX_FEN:
        raise Refusal("wallets.top_up_too_large", top_up_max_fen=TOP_UP_MAX_FEN, currency=currency)
    room = compute_room(balance_fen)
    if amount_fen > room:
        raise Refusal("wallets.too_full", top_up_max_fen=room, currency=currency)


def compute_room(balance_fen: int) -> int:
    """Return the most that one top-up may bring to a wallet that holds `balance_fen`."""
    return max(0, min(TOP_UP_MAX_FEN, BALANCE_MAX_FEN - balance_fen))


def refuse_short(balance_fen: int, wanted_fen: int) -> Refusal:
    """Tell who pays for themself what they hold and what is missing."""
    return Refusal(SHORT, balance_fen=balance_fen, missing_fen=wanted_fen - balance_fen)
