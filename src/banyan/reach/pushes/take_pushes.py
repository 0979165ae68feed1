"""Hands the deliverer what is to be told and to whom, for a while."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from banyan.base.secret import Secret
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel, ChannelId, find_channels
from banyan.reach.pushes import store
from banyan.reach.pushes.records import Keeping, NewState, Relay
from banyan.reach.pushes.rules import TAKINGS_MAX
from banyan.reach.pushes.set_server import open_sealed
from banyan.reach.pushes.types import Push, PushState, Server, ServerSecrets

APPID = "$APPID$"
"""Stands for an account's appid in the address of the platform that is told of it."""


class TakePushes(msgspec.Struct, frozen=True, kw_only=True):
    """Give me what is to be told, and let nobody else have it until then, by the real clock."""

    at: datetime
    until: datetime
    busy_ids: Collection[int] = ()
    """Accounts whose servers have enough to do."""
    each_max: int
    """Most pushes of one account."""
    limit: int


class TakenServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server, whose it is, and what goes between them is signed by."""

    channel: Channel
    server: Server
    secrets: ServerSecrets
    sealed_for: str
    """The appid in what goes between them: of the account, or of the platform told instead."""
    candidate_id: int = 0
    """Not 0 for one that has yet to prove itself."""


class TakenPush(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told to which server; `number` says which try it is."""

    push: Push
    number: int
    to: TakenServer


class TakenWork(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    pushes: list[TakenPush]
    candidates: list[TakenServer]


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_pushes(work: Work, command: TakePushes) -> TakenWork:
    """Take pushes and candidates whose turn it is; who is killed with them loses them at `until`.

    Of one person and account there is never more than one push with anybody. A push from which
    nobody came back again and again is given up: it would hold up what comes after it for ever.
    """
    asked = await store.take_candidates(work.db, command.at, command.until)
    asked_ids = [int(one.server.channel_id) for one in asked]
    channels = await find_channels(work.db, asked_ids) if asked else {}
    taken = await store.take_pushes(
        work.db,
        at=command.at,
        until=command.until,
        busy_ids=command.busy_ids,
        each_max=command.each_max,
        limit=command.limit,
    )
    lost = [one for one in taken if one.number - one.tries_before > TAKINGS_MAX]
    if lost:
        await store.set_states(work.db, [_given_up(work, one.push) for one in lost])
    taken = [one for one in taken if one not in lost]
    to = await _find_servers(work, {int(one.push.channel_id) for one in taken})
    return TakenWork(
        pushes=[
            TakenPush(push=one.push, number=one.number, to=to[int(one.push.channel_id)])
            for one in taken
            if int(one.push.channel_id) in to
        ],
        candidates=[_open(work, one, channels[one.server.channel_id]) for one in asked],
    )


async def _find_servers(work: Work, channel_ids: set[int]) -> dict[int, TakenServer]:
    """Who is told of each account: a platform where there is one, or else its own server."""
    if not channel_ids:
        return {}
    relays = await store.list_relays(work.db, channel_ids)
    told_ids = channel_ids - relays.keys() | {one.via_id for one in relays.values()}
    servers = await store.list_servers(work.db, told_ids)
    channels = await find_channels(work.db, sorted(channel_ids | servers.keys()))
    opened = {
        one: _open(work, keeping, channels[ChannelId(one)]) for one, keeping in servers.items()
    }
    found = {one: opened[one] for one in channel_ids - relays.keys() if one in opened}
    for one, relay in relays.items():
        if relay.via_id in opened:
            found[one] = _through(opened[relay.via_id], channels[ChannelId(one)], relay)
    return found


def _through(via: TakenServer, channel: Channel, relay: Relay) -> TakenServer:
    """A platform's server as it is told of an account of somebody else."""
    url = relay.url.replace(APPID, channel.appid)
    server = msgspec.structs.replace(via.server, url=url)
    return msgspec.structs.replace(via, channel=channel, server=server)


def _given_up(work: Work, push: Push) -> NewState:
    return NewState(
        channel_id=int(push.channel_id),
        push_id=int(push.push_id),
        state=PushState.FAILED,
        due_at=None,
        finished_at=work.now,
    )


def _open(work: Work, keeping: Keeping, channel: Channel) -> TakenServer:
    server = keeping.server
    is_old_good = keeping.old_key_until is not None and work.now < keeping.old_key_until
    old = keeping.old_key_sealed if is_old_good else None
    return TakenServer(
        channel=channel,
        sealed_for=channel.appid,
        server=server,
        secrets=ServerSecrets(
            token=Secret(open_sealed(keeping.token_sealed, server.channel_id)),
            aes_key=Secret(open_sealed(keeping.key_sealed, server.channel_id)),
            old_aes_key=Secret(open_sealed(old, server.channel_id)) if old else None,
        ),
        candidate_id=keeping.candidate_id,
    )
