"""Turns API keys' secrets into the actors they stand for, and keeps "last used"."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from banyan.base.secret import digest
from banyan.books.work import Actor, Connection, Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.parties.keys.create_key import SECRET_PREFIX
from banyan.parties.keys.limits import USED_STEP
from banyan.parties.keys.rules import compute_key_grant
from banyan.parties.keys.store import KnownKey, find_keys, set_used
from banyan.parties.keys.types import KeyActor, KeyId


class MarkKeyUsed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Note that a key is in use."""

    merchant_id: MerchantId
    key_id: KeyId


@single(permission=Permission.SYSTEM)
async def mark_key_used(work: Work, command: MarkKeyUsed) -> None:
    """Write "last used" of a key. The door runs it when an actor's is stale."""
    await set_used(work.db, command.merchant_id, command.key_id, work.now)


async def find_key_actors(db: Connection, tokens: Iterable[str], now: datetime) -> dict[str, Actor]:
    """Return the programs behind API keys' secrets with all they may do, by secret.

    Texts that stand for none are left out, those of another kind too, so that whoever has some
    texts may simply ask.
    """
    digests = {digest(token): token for token in tokens if token.startswith(f"{SECRET_PREFIX}_")}
    if not digests:
        return {}
    keys = await find_keys(db, list(digests), now)
    return {digests[key.secret_digest]: _actor(key, now) for key in keys}


def _actor(key: KnownKey, now: datetime) -> Actor:
    return KeyActor(
        kind="key",
        actor_id=key.key_id,
        merchant_id=key.merchant_id,
        grants={key.merchant_id: compute_key_grant(key.scopes, key.store_ids)},
        is_used_stale=key.last_used_at is None or now - key.last_used_at >= USED_STEP,
    )
