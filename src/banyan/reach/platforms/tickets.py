"""Sends platforms their tickets, and hands out tokens to those who show one."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.journal import Fact, Follower
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel, ChannelKind, access_channel
from banyan.reach.platforms import store
from banyan.reach.platforms.access import access_platform_by_secret
from banyan.reach.platforms.rules import KEPT, TICKET_LIFE, TICKET_STEP
from banyan.reach.platforms.types import Appid, Given
from banyan.reach.pushes import PushKind, ServerSet, note_push
from banyan.reach.tokens import AccessToken, is_allowed, issue_for

_timer = "platforms.push_ticket"


class IssuePlatformToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me a token of my platform."""

    appid: Appid
    secret: Given
    ticket: Given
    address: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """From where it is asked for."""


class StartTickets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send my platform tickets from now on."""

    appid: Appid
    secret: Given


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def issue_platform_token(work: Work, command: IssuePlatformToken) -> AccessToken:
    """Return a token of the platform whose secret and ticket the caller knows.

    The tokens before work for five minutes more. Raises NotFound `channels.not_found`,
    `platforms.ticket_unknown`; Refusal `channels.wrong_secret`, `platforms.wrong_address`,
    `platforms.ticket_expired`.
    """
    platform = await access_platform_by_secret(work.db, command.appid, command.secret)
    allowed = (await store.find_settings(work.db, platform.channel_id)).allowed_ips
    if not is_allowed(allowed, command.address):
        raise Refusal("platforms.wrong_address", address=command.address)
    ends = await store.find_ticket(work.db, platform.channel_id, digest(command.ticket))
    if ends is None:
        raise NotFound("platforms.ticket_unknown")
    if ends <= work.now:
        raise Refusal("platforms.ticket_expired")
    return await issue_for(work, int(platform.channel_id))


@single(permission=Permission.PUBLIC)
async def start_tickets(work: Work, command: StartTickets) -> None:
    """Send a ticket at once, and one every ten minutes from then on.

    Raises NotFound `channels.not_found`, Refusal `channels.wrong_secret`.
    """
    await _push_ticket(
        work, await access_platform_by_secret(work.db, command.appid, command.secret)
    )


async def on_servers_set(work: Work, facts: Sequence[Fact]) -> None:
    """Begin to send tickets to platforms that have a server now."""
    for fact in facts:
        if fact.decode(ServerSet).mode:
            channel = await access_channel(work.db, fact.channel_id)
            if channel.kind is ChannelKind.COMPONENT:
                await _push_ticket(work, channel)


async def push_again(work: Work, timer: Timer) -> None:
    """Send the next ticket."""
    await _push_ticket(work, await access_channel(work.db, timer.subject))


async def _push_ticket(work: Work, platform: Channel) -> None:
    ticket = new_token("ticket@@@")
    told = {"component_verify_ticket": ticket}
    if await note_push(work, platform, 0, "", PushKind.PLATFORM_TICKET, told) is None:
        # Without a server nobody can be told; it all begins anew when there is one.
        return
    await store.insert_ticket(
        work.db, platform.channel_id, digest(ticket), work.now + TICKET_LIFE, work.now - KEPT
    )
    work.later(_timer, int(platform.channel_id), work.now + TICKET_STEP)


FOLLOWERS = (
    Follower(name="platforms.servers_set", kinds=("pushes.server_set",), handle=on_servers_set),
)
TIMERS = {_timer: push_again}
