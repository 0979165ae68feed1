"""What a person lets channels know, and how they take it back."""

import msgspec

from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.channels import ChannelId, access_channel, ensure_openids
from banyan.reach.consents import store
from banyan.reach.consents.types import Consent, ConsentRevoked
from banyan.reach.pushes import PushKind, note_push

_newest = 2**63 - 1
_profile = "6"
"""The protocol's number of what was taken back: name and picture."""


class ListMyConsents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what I let channels know."""

    limit: Limit = 20
    cursor: Cursor | None = None


class RevokeConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a channel know no more than what it knows me by."""

    channel_id: ChannelId


@reading(permission=Permission.PERSON)
async def list_my_consents(work: Work, query: ListMyConsents) -> Page[Consent]:
    """Return what the person who asks lets channels know. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_grants(work.db, work.actor.person_id, before, query.limit + 1)
    consents = []
    for channel_id, scope, granted_at in rows:
        channel = await access_channel(work.db, channel_id)
        consents.append(
            Consent(
                channel_id=channel.channel_id,
                merchant_id=Id(channel.merchant_id),
                channel_name=channel.name,
                scope=scope,
                granted_at=granted_at,
            )
        )
    return page_of(consents, query.limit, [int(one.channel_id) for one in consents])


@single(permission=Permission.PERSON)
async def revoke_consent(work: Work, command: RevokeConsent) -> None:
    """Take back what a channel was let know; nothing happens if it was nothing.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_channel(work.db, command.channel_id)
    person_id = work.actor.person_id
    if not await store.delete_grants(work.db, channel.channel_id, person_id):
        return
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    told = {"openid": openids[person_id], "appid": channel.appid, "revoke_info": _profile}
    await note_push(work, channel, person_id, told["openid"], PushKind.AUTHORIZATION_REVOKED, told)
    work.record(
        ConsentRevoked(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            openid=openids[person_id],
        )
    )
