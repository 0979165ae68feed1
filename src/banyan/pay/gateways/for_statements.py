"""What statements are held against: which accounts there are, what was paid, whom to ask again."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Connection, Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import store
from banyan.pay.gateways.keys import open_keys
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.types import (
    Attempt,
    AttemptId,
    Gateway,
    GatewayAsked,
    GatewayId,
    Keys,
)


class AskAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: have the provider asked at once about a payment, and about what goes back of it."""

    merchant_id: MerchantId
    attempt_id: AttemptId


class UsedGateway(msgspec.Struct, frozen=True, kw_only=True):
    """An account at a provider that was used."""

    gateway: Gateway
    first_at: datetime
    """When something was first asked for through it."""


@single(permission=Permission.FINANCE_WRITE)
async def ask_again(work: Work, command: AskAgain) -> Attempt:
    """Have the provider asked at once; what it says is learned like anything else it says.

    Raises NotFound `gateways.not_found`.
    """
    kept = await store.lock_attempt(work.db, command.merchant_id, command.attempt_id)
    if kept is None:
        raise NotFound("gateways.not_found")
    attempt = kept.attempt
    asked = await store.ask_soon(work.db, attempt.merchant_id, attempt.out_no)
    again = await refund_store.ask_soon(work.db, attempt.merchant_id, attempt.attempt_id)
    if asked or again:
        work.record(GatewayAsked(merchant_id=int(attempt.merchant_id), provider=attempt.kind))
    return attempt


async def list_used(db: Connection) -> list[UsedGateway]:
    """Return the accounts with keys that were ever used."""
    return [
        UsedGateway(gateway=kept.gateway, first_at=at) for kept, at in await store.list_used(db)
    ]


async def access_gateway(db: Connection, merchant_id: int, gateway_id: int) -> Gateway:
    """Return an account of a merchant's, also one of before. Raises NotFound `gateways.not_set`."""
    found = (await store.find_gateways(db, merchant_id, [gateway_id])).get(gateway_id)
    if found is None:
        raise NotFound("gateways.not_set")
    return found.gateway


async def find_keys(
    db: Connection, keys: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Keys]:
    """Return the keys of accounts, named by merchant and gateway, as far as they are kept."""
    found = {}
    for merchant_id in {one for one, _ in keys}:
        of_merchant = [gateway_id for one, gateway_id in keys if one == merchant_id]
        kept = await store.find_gateways(db, merchant_id, of_merchant)
        for gateway_id, one in kept.items():
            opened = open_keys(one)
            if opened is not None:
                found[merchant_id, gateway_id] = opened
    return found


async def find_counted(
    db: Connection, merchant_id: int, gateway_id: GatewayId, out_nos: Collection[str]
) -> set[str]:
    """Return those numbers under which money was counted here."""
    return await store.find_counted(db, merchant_id, gateway_id, out_nos)


async def find_numbers(
    db: Connection, merchant_id: int, attempt_ids: Collection[int]
) -> list[tuple[int, str]]:
    """Return the gateways of attempts, and the numbers under which providers know them."""
    return await store.find_numbers(db, merchant_id, attempt_ids)
