"""Gives an API key a new secret, or ends it."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.parties.keys.create_key import SECRET_PREFIX, note_key
from banyan.parties.keys.limits import GRACE_S_MAX, PREFIX_LENGTH
from banyan.parties.keys.rules import check_works, compute_key_grant
from banyan.parties.keys.store import lock_key, set_revoked, set_secret
from banyan.parties.keys.types import ApiKey, KeyId, KeyRevoked, KeyRotated, NewKey
from banyan.parties.staff import check_may_give, lock_giver


class RotateKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a key a new secret; the old one goes on working for so many seconds."""

    merchant_id: MerchantId
    key_id: KeyId
    grace_s: Annotated[int, msgspec.Meta(ge=0, le=GRACE_S_MAX)] = 86_400


class RevokeKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a key work no more."""

    merchant_id: MerchantId
    key_id: KeyId


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def rotate_key(work: Work, command: RotateKey) -> NewKey:
    """Return the key with a new secret. Of several rotations in a row only the last old one works.

    Raises NotFound `keys.not_found`, Refusal `keys.revoked`, `keys.expired`,
    `access.more_than_you_have`: who gets the secret gets all the key may do.
    """
    giver = await lock_giver(work, command.merchant_id, Permission.KEYS_WRITE)
    old = await _lock_existing(work, command.merchant_id, command.key_id)
    check_works(old, work.now)
    check_may_give(giver.grant, compute_key_grant(old.scopes, old.store_ids))
    secret = new_token(SECRET_PREFIX)
    new = msgspec.structs.replace(
        old,
        prefix=secret[:PREFIX_LENGTH],
        old_until=work.now + timedelta(seconds=command.grace_s),
    )
    await set_secret(work.db, new, digest(secret))
    await note_key(work, old, new)
    work.record(KeyRotated(merchant_id=new.merchant_id, subject_id=new.key_id))
    return NewKey(key=new, secret=secret)


@single(permission=Permission.KEYS_WRITE)
async def revoke_key(work: Work, command: RevokeKey) -> ApiKey:
    """Return the key as it is from now on; revoking it again changes nothing.

    Raises NotFound `keys.not_found`.
    """
    old = await _lock_existing(work, command.merchant_id, command.key_id)
    if old.revoked_at is not None:
        return old
    new = msgspec.structs.replace(old, revoked_at=work.now)
    await set_revoked(work.db, new.merchant_id, new.key_id, work.now)
    await note_key(work, old, new)
    work.record(KeyRevoked(merchant_id=new.merchant_id, subject_id=new.key_id))
    return new


async def _lock_existing(work: Work, merchant_id: MerchantId, key_id: KeyId) -> ApiKey:
    key = await lock_key(work.db, merchant_id, key_id)
    if key is None:
        raise NotFound("keys.not_found")
    return key
