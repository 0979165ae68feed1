"""Makes an API key: what it may do is at most what its maker may."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.secret import digest, new_token
from banyan.base.text import Name, plain
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.parties.keys.limits import KEYS_MAX, PREFIX_LENGTH, VALID_DAYS_MAX
from banyan.parties.keys.rules import check_scopes, compute_key_grant
from banyan.parties.keys.store import count_keys, insert_key
from banyan.parties.keys.types import ApiKey, KeyCreated, KeyId, NewKey, Scopes
from banyan.parties.staff import StoreIds, check_may_give, lock_giver

SECRET_PREFIX = "bk"  # noqa: S105 - says of a token that it is a key's, not a session's


class CreateKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a key for a program: in these stores or all (null), for so many days or good (null)."""

    merchant_id: MerchantId
    name: Name
    scopes: Scopes
    store_ids: StoreIds | None = None
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=VALID_DAYS_MAX)] | None = None


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def create_key(work: Work, command: CreateKey) -> NewKey:
    """Return a new key with its secret, which nobody can read again.

    Raises Invalid `keys.not_a_scope`, Refusal `access.more_than_you_have`, `keys.too_many`.
    """
    scopes = check_scopes(command.scopes)
    store_ids = None if command.store_ids is None else sorted(set(command.store_ids))
    giver = await lock_giver(work, command.merchant_id, Permission.KEYS_WRITE)
    check_may_give(giver.grant, compute_key_grant(scopes, store_ids))
    if await count_keys(work.db, command.merchant_id, work.now) >= KEYS_MAX:
        raise Refusal("keys.too_many", count_max=KEYS_MAX)
    secret = new_token(SECRET_PREFIX)
    key = ApiKey(
        merchant_id=command.merchant_id,
        key_id=KeyId(work.ids.next()),
        name=plain(command.name),
        prefix=secret[:PREFIX_LENGTH],
        scopes=sorted(scopes),
        store_ids=store_ids,
        created_at=work.now,
        last_used_at=None,
        expires_at=work.now + timedelta(days=command.valid_days) if command.valid_days else None,
        revoked_at=None,
        old_until=None,
    )
    await insert_key(work.db, key, digest(secret), work.actor.actor_id)
    await note_key(work, None, key)
    work.record(KeyCreated(merchant_id=key.merchant_id, subject_id=key.key_id, scopes=key.scopes))
    return NewKey(key=key, secret=secret)


async def note_key(work: Work, before: ApiKey | None, after: ApiKey) -> None:
    """Note in the audit log what of a key is different."""
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="keys.key",
        subject_id=after.key_id,
        before=before,
        after=after,
    )
