"""Shows the people who look after the platform what waits for the audit."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import Channel, ChannelId, find_channels
from banyan.reach.miniapps import store
from banyan.reach.miniapps.types import Audit


class ListWaitingAudits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What waits for the audit?"""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50


class WaitingAudit(msgspec.Struct, frozen=True, kw_only=True):
    """An audit, and whose it is."""

    channel: Channel
    audit: Audit


class WaitingAudits(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, the most urgent first."""

    items: list[WaitingAudit]


@reading(permission=Permission.OPERATOR)
async def list_waiting_audits(work: Work, query: ListWaitingAudits) -> WaitingAudits:
    """Return what waits for the audit."""
    found = await store.list_waiting(work.db, query.limit)
    channels = await find_channels(work.db, [channel_id for channel_id, _ in found])
    return WaitingAudits(
        items=[
            WaitingAudit(channel=channels[ChannelId(channel_id)], audit=audit)
            for channel_id, audit in found
        ]
    )
