"""Turns an API key's secret into the actor it stands for, and keeps "last used"."""

from datetime import datetime

import msgspec

from banyan.base.secret import digest
from banyan.books.work import Actor, Connection, Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.parties.keys.create_key import SECRET_PREFIX
from banyan.parties.keys.limits import USED_STEP
from banyan.parties.keys.rules import compute_key_grant
from banyan.parties.keys.store import find_key, set_used
from banyan.parties.keys.types import KeyActor, KeyId


class MarkKeyUsed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Note that a key is in use."""

    merchant_id: MerchantId
    key_id: KeyId


@single(permission=Permission.SYSTEM)
async def mark_key_used(work: Work, command: MarkKeyUsed) -> None:
    """Write "last used" of a key. The door runs it when an actor's is stale."""
    await set_used(work.db, command.merchant_id, command.key_id, work.now)


async def find_key_actor(db: Connection, token: str, now: datetime) -> Actor | None:
    """Return the program behind an API key's secret with all it may do, or None.

    None also for a token of another kind, so that whoever has some text may simply ask.
    """
    if not token.startswith(f"{SECRET_PREFIX}_"):
        return None
    key = await find_key(db, digest(token), now)
    if key is None:
        return None
    return KeyActor(
        kind="key",
        actor_id=key.key_id,
        merchant_id=key.merchant_id,
        grants={key.merchant_id: compute_key_grant(key.scopes, key.store_ids)},
        is_used_stale=key.last_used_at is None or now - key.last_used_at >= USED_STEP,
    )
