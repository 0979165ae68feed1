"""Banyan's own pairs: every process signs by the same, and a new one comes before the last ends."""

from datetime import datetime, timedelta

import msgspec

from banyan.books.work import Permission, Work, reading, single
from banyan.pay.payees import store
from banyan.pay.payees.types import PlatformKey, PlatformKeys, PublicKey, PublicKeys

ROTATED_BEFORE = timedelta(days=10)
"""How long before the last pair ends the next is there."""
SWITCHED_BEFORE = timedelta(days=5)
"""How long before it ends it is signed by no more: programs look for a new one once a day."""


class ReadPlatformKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of our own pairs are good then, by the real clock?"""

    at: datetime


class AddPlatformKey(msgspec.Struct, frozen=True, kw_only=True):
    """Sign by one more pair, if the last of its kind is about to end, by the real clock."""

    at: datetime
    key: PlatformKey


@reading(permission=Permission.SYSTEM)
async def read_platform_keys(work: Work, query: ReadPlatformKeys) -> PlatformKeys:
    """Return our own pairs that have not ended, of each kind the latest first."""
    return PlatformKeys(items=await store.list_platform_keys(work.db, query.at))


@reading(permission=Permission.PUBLIC)
async def read_public_keys(work: Work, query: ReadPlatformKeys) -> PublicKeys:
    """Return what everybody may know of our own pairs."""
    return PublicKeys(
        items=[
            PublicKey(
                kind=one.kind,
                serial=one.serial,
                public_key_pem=one.public_key_pem,
                certificate_pem=one.certificate_pem,
                expires_at=one.expires_at,
            )
            for one in await store.list_platform_keys(work.db, query.at)
        ]
    )


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def add_platform_key(work: Work, command: AddPlatformKey) -> PlatformKeys:
    """Add a pair unless another process was faster; return all that are good."""
    await store.lock_platform_keys(work.db)
    known = await store.list_platform_keys(work.db, command.at)
    is_there = any(
        one.kind is command.key.kind and one.expires_at > command.at + ROTATED_BEFORE
        for one in known
    )
    if is_there:
        return PlatformKeys(items=known)
    await store.insert_platform_key(work.db, command.key, work.now)
    return PlatformKeys(items=await store.list_platform_keys(work.db, command.at))
