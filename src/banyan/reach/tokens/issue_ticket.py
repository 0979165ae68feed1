"""Hands out the tickets by which an account's web pages sign what they ask of the phone app."""

from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.tokens import store
from banyan.reach.tokens.ports import PORTS
from banyan.reach.tokens.rules import LIFE, OVERLAP, seconds_left
from banyan.reach.tokens.types import Ticket, TicketKind

_ticket_digits = 86


class IssueTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me a ticket of my account."""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: TicketKind = TicketKind.JSAPI


@single(permission=Permission.CHANNELS_READ, is_answer_kept=False)
async def issue_ticket(work: Work, command: IssueTicket) -> Ticket:
    """Return the account's ticket, the same for all who ask until five minutes before its end.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_holder(work.db, channel.channel_id)
    label = f"{command.kind}:{int(channel.channel_id)}"
    known = await store.find_ticket(work.db, channel.channel_id, command.kind, work.now + OVERLAP)
    if known is not None:
        text = PORTS.seal.open(known[0], label)
        return Ticket(ticket=text, expires_in=seconds_left(known[1], work.now))
    text = PORTS.draw().hex()[:_ticket_digits]
    sealed, expires_at = PORTS.seal.close(text, label), work.now + LIFE
    await store.set_ticket(work.db, channel.channel_id, command.kind, sealed, expires_at)
    return Ticket(ticket=text, expires_in=seconds_left(expires_at, work.now))


async def find_ticket_text(
    db: Connection, channel_id: int, kind: TicketKind, now: datetime
) -> str | None:
    """Return the ticket by which an account's pages sign at this instant, if one is out."""
    known = await store.find_ticket(db, channel_id, kind, now)
    return PORTS.seal.open(known[0], f"{kind}:{int(channel_id)}") if known else None
