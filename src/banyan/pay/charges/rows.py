"""Reads the rows of the room."""

from collections.abc import Callable
from typing import Any

import msgspec

from banyan.base import json
from banyan.base.ids import Id
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.charges.types import (
    Charge,
    ChargeId,
    ChargeRefund,
    ChargeRefundId,
    ChargeState,
    Combination,
    CombinedId,
    Facts,
    Funds,
    Protocol,
    RefundFacts,
    Way,
)
from banyan.pay.vouchers import Promotion

_facts = msgspec.json.Decoder(Facts).decode
_KINDS: dict[str, Callable[[Any], object]] = {
    "merchant_id": MerchantId,
    "charge_id": ChargeId,
    "provider_id": MerchantId,
    "combined_id": CombinedId,
    "protocol": Protocol,
    "way": Way,
    "channel_id": Id,
    "sub_channel_id": Id,
    "wanted_payer_id": PersonId,
    "facts": _facts,
    "state": ChargeState,
    "payer_id": PersonId,
}
_REFUND_KINDS: dict[str, Callable[[Any], object]] = {
    "merchant_id": MerchantId,
    "refund_id": ChargeRefundId,
    "charge_id": ChargeId,
    "provider_id": MerchantId,
    "funds": Funds,
    "facts": msgspec.json.Decoder(RefundFacts).decode,
}


def read_charge(row: Any) -> Charge:  # noqa: ANN401 - a record
    """A charge."""
    fields = {name: row[name] for name in Charge.__struct_fields__}
    for name, kind in _KINDS.items():
        fields[name] = kind(fields[name])
    promotions = fields["promotions"]
    fields["promotions"] = [] if promotions == "[]" else json.decode(promotions, list[Promotion])
    return Charge(**fields)


def read_combination(row: Any) -> Combination:  # noqa: ANN401 - a record
    """A combination."""
    return Combination(
        merchant_id=MerchantId(row["merchant_id"]),
        combined_id=CombinedId(row["combined_id"]),
        out_no=row["out_no"],
        token=row["token"],
        facts=_facts(row["facts"]),
        created_at=row["created_at"],
    )


def read_refund(row: Any) -> ChargeRefund:  # noqa: ANN401 - a record
    """A refund."""
    fields = {name: row[name] for name in ChargeRefund.__struct_fields__}
    for name, kind in _REFUND_KINDS.items():
        fields[name] = kind(fields[name])
    return ChargeRefund(**fields)
