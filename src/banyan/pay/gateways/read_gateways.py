"""Reads a merchant's gateways: for the merchant, for those who are to pay, and for notices."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Connection, Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import store
from banyan.pay.gateways.keys import open_keys
from banyan.pay.gateways.ports import PORTS
from banyan.pay.gateways.rules import WAYS
from banyan.pay.gateways.types import Attempt, Gateway, GatewayKind, GatewayState, Keys, Way


class ListGateways(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's accounts at outside providers."""

    merchant_id: MerchantId


class Gateways(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's accounts at outside providers, one each at most."""

    items: list[Gateway]


class WayToPay(msgspec.Struct, frozen=True, kw_only=True):
    """A provider through which something may be paid."""

    kind: GatewayKind
    ways: list[Way]


class WaysToPay(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, and how far the last try is."""

    items: list[WayToPay]
    attempt: Attempt | None = None
    """The latest one, or the one that paid; None if nobody has tried."""


class FindNotified(msgspec.Struct, frozen=True, kw_only=True):
    """Query: whom does a provider tell that calls this address?"""

    kind: GatewayKind
    token: Annotated[str, msgspec.Meta(max_length=100)]


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway, and by what its provider signs."""

    gateway: Gateway
    keys: Keys


@reading(permission=Permission.KEYS_READ)
async def list_gateways(work: Work, query: ListGateways) -> Gateways:
    """Return a merchant's accounts at outside providers; keys are not shown."""
    kept = await store.list_current(work.db, query.merchant_id)
    return Gateways(items=[one.gateway for one in kept])


@reading(permission=Permission.SYSTEM)
async def find_notified(work: Work, query: FindNotified) -> Notified:
    """Return whom an address of notices belongs to. Raises NotFound `gateways.not_set`."""
    kept = await store.find_token(work.db, query.token, query.kind.value)
    keys = open_keys(kept) if kept is not None else None
    if kept is None or keys is None:
        raise NotFound("gateways.not_set")
    return Notified(gateway=kept.gateway, keys=keys)


async def list_open_gateways(db: Connection, merchant_id: int) -> Sequence[Gateway]:
    """Return the gateways through which a merchant's buyers may pay now."""
    kept = await store.list_current(db, merchant_id)
    return [
        one.gateway
        for one in kept
        if one.gateway.is_on and one.gateway.state is not GatewayState.REFUSED
    ]


async def find_openid(db: Connection, gateway: Gateway, person_id: int) -> str:
    """Return what a gateway's provider calls a person; empty where it has no such names or none."""
    if not person_id or Way.JSAPI not in WAYS[gateway.kind]:
        return ""
    return await PORTS.find_openid(db, gateway.merchant_id, gateway.appid, person_id)


async def find_ways(
    db: Connection, merchant_id: int, person_id: int, subject: str, subject_id: int
) -> WaysToPay:
    """Return through which providers a person may pay something, and how far the last try is."""
    items = []
    for gateway in await list_open_gateways(db, merchant_id):
        ways = WAYS[gateway.kind]
        if not await find_openid(db, gateway, person_id):
            ways -= {Way.JSAPI}
        items.append(WayToPay(kind=gateway.kind, ways=sorted(ways)))
    last = await store.find_last(db, merchant_id, subject, subject_id)
    return WaysToPay(items=items, attempt=last)
