"""How much may be shared of a charge, given back and unfrozen: pure limits."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.json import encode
from banyan.pay.charges import Charge
from banyan.pay.split.types import (
    RETURNS_MAX,
    SHARINGS_MAX,
    WHOLE_BP,
    Part,
    PartState,
    ReceiverKind,
    Share,
    Sharing,
)

FROZEN_FOR = timedelta(days=180)
"""How long what waits to be shared waits; then it is the merchant's."""
RELATIONS = frozenset(
    {
        "SERVICE_PROVIDER",
        "STORE",
        "STAFF",
        "STORE_OWNER",
        "PARTNER",
        "HEADQUARTER",
        "BRAND",
        "DISTRIBUTOR",
        "USER",
        "SUPPLIER",
        "PLATFORM",
        "OTHERS",
        "CUSTOM",
    }
)
CUSTOM = "CUSTOM"


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """What was shared of a charge up to now."""

    is_over: bool
    sharings_count: int
    shared_fen: int
    returned_fen: int
    subsidy_fen: int
    is_unsubsidized: bool = False
    """The provider said that it adds nothing."""


def compute_digest(order: object) -> bytes:
    """Two orders under one number are the same if this is."""
    return hashlib.sha256(encode(order)).digest()


def check_relation(relation: str, custom_relation: str) -> None:
    """Accept what a receiver is to a merchant. Raises Invalid `split.unknown_relation`."""
    if relation not in RELATIONS or (relation == CUSTOM and not custom_relation):
        raise Invalid("split.unknown_relation", relation=relation)


def check_open(charge: Charge | None, provider_id: int) -> Charge:
    """Let a merchant, or the provider who asked in its name, share what a charge brought.

    Raises NotFound `split.no_such_charge`; Refusal `split.not_paid`, `split.not_shared`.
    """
    if charge is None or provider_id not in {0, int(charge.provider_id)}:
        raise NotFound("split.no_such_charge")
    if not charge.is_paid:
        raise Refusal("split.not_paid")
    if not charge.is_shared:
        raise Refusal("split.not_shared")
    return charge


def check_shares(shares: Sequence[Share]) -> None:
    """Accept parts of which no two go to the same receiver. Raises Invalid `split.one_twice`."""
    if len({(one.kind, one.channel_id, one.account) for one in shares}) < len(shares):
        raise Invalid("split.one_twice")


def check_room(charge: Charge, pool: Pool, want_fen: int, ratio_bp: int) -> None:
    """Accept that so much more is shared.

    Raises Refusal `split.over`, `split.too_many`, `split.too_much` (with what is left),
    `split.ratio_exceeded` (with what may still be shared).
    """
    if pool.is_over:
        raise Refusal("split.over")
    if pool.sharings_count >= SHARINGS_MAX:
        raise Refusal("split.too_many", sharings_max=SHARINGS_MAX)
    if want_fen > charge.unsplit_fen:
        raise Refusal("split.too_much", unsplit_fen=charge.unsplit_fen)
    most_fen = charge.total_fen * ratio_bp // WHOLE_BP - pool.shared_fen + pool.returned_fen
    if want_fen > most_fen:
        raise Refusal("split.ratio_exceeded", most_fen=max(0, most_fen), ratio_bp=ratio_bp)


def choose_part(sharing: Sharing, payer_id: int, amount_fen: int, returns_count: int) -> Part:
    """The part that a receiver gives so much back of.

    Raises NotFound `split.no_such_receiver`; Refusal `split.return_too_large`,
    `split.too_many_returns`.
    """
    found = next(
        (
            one
            for one in sharing.parts
            if one.kind is ReceiverKind.MERCHANT
            and int(one.receiver_id) == payer_id
            and one.state is PartState.DONE
        ),
        None,
    )
    if found is None:
        raise NotFound("split.no_such_receiver")
    if returns_count >= RETURNS_MAX:
        raise Refusal("split.too_many_returns", returns_max=RETURNS_MAX)
    left_fen = found.amount_fen - found.returned_fen
    if amount_fen > left_fen:
        raise Refusal("split.return_too_large", left_fen=left_fen)
    return found


def sum_done(parts: Collection[Part]) -> int:
    """What receivers get of these parts."""
    return sum(one.amount_fen for one in parts if one.state is PartState.DONE)
