"""Reads the rows of the room."""

from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.gateways.types import (
    Attempt,
    AttemptId,
    AttemptState,
    Gateway,
    GatewayId,
    GatewayKind,
    GatewayRefund,
    GatewayRefundId,
    GatewayState,
    RefundState,
    Way,
)

_KINDS: Mapping[str, Callable[[Any], object]] = {
    "merchant_id": MerchantId,
    "gateway_id": GatewayId,
    "attempt_id": AttemptId,
    "refund_id": GatewayRefundId,
    "source_id": Id,
    "subject_id": Id,
    "person_id": Id,
    "taken_by": Id,
    "kind": GatewayKind,
    "way": Way,
}


class KeptGateway(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway as it is stored."""

    gateway: Gateway
    is_current: bool
    keys_sealed: bytes
    token: str
    tries: int
    failures: int


class KeptAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt as it is stored."""

    attempt: Attempt
    payer_ip: str
    return_path: str
    tries: int


class KeptRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as it is stored."""

    refund: GatewayRefund
    tries: int
    payment_no: str = ""
    """The provider's own number of the payment, where it was asked for."""
    total_fen: int = 0


def read_gateway(row: asyncpg.Record) -> KeptGateway:
    """A row of `gateways.gateways`."""
    gateway = Gateway(
        merchant_id=MerchantId(row["merchant_id"]),
        gateway_id=GatewayId(row["gateway_id"]),
        kind=GatewayKind(row["kind"]),
        account=row["account"],
        appid=row["appid"],
        is_on=row["is_on"],
        state=GatewayState(row["state"]),
        why=row["why"],
        checked_at=row["checked_at"],
        changed_at=row["changed_at"],
        notify_path=f"/gateways/{row['kind']}/{row['token']}",
        unread_since=row["unread_since"],
        unread_at=row["unread_at"],
    )
    return KeptGateway(
        gateway=gateway,
        is_current=row["is_current"],
        keys_sealed=row["keys_sealed"],
        token=row["token"],
        tries=row["tries"],
        failures=row["failures"],
    )


def read_attempt(row: asyncpg.Record) -> KeptAttempt:
    """A row of `gateways.attempts`."""
    fields = _typed(row, Attempt)
    return KeptAttempt(
        attempt=Attempt(**fields | {"state": AttemptState(row["state"])}),
        payer_ip=row["payer_ip"],
        return_path=row["return_path"],
        tries=row["tries"],
    )


def read_refund(row: asyncpg.Record) -> KeptRefund:
    """A row of `gateways.refunds`."""
    fields = _typed(row, GatewayRefund)
    return KeptRefund(
        refund=GatewayRefund(**fields | {"state": RefundState(row["state"])}),
        tries=row["tries"],
        payment_no=row.get("payment_no", ""),
        total_fen=row.get("total_fen", 0),
    )


def _typed(row: asyncpg.Record, struct: type[msgspec.Struct]) -> dict[str, Any]:
    return {
        name: _KINDS[name](row[name]) if name in _KINDS else row[name]
        for name in struct.__struct_fields__
    }
