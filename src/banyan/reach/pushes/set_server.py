"""Gives an account a server of its own program, once that has proved that it knows the token."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.ids import Id
from banyan.base.text import END
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, ChannelKind, access_own
from banyan.reach.pushes import store
from banyan.reach.pushes.ports import PORTS
from banyan.reach.pushes.records import Keeping
from banyan.reach.pushes.rules import OLD_KEY_KEPT, PUSHES_KEPT
from banyan.reach.pushes.types import (
    BELL,
    Outcome,
    PushFormat,
    PushMode,
    Server,
    ServerSet,
    ServerState,
)

FORGET = "pushes.forget"

ServerUrl = Annotated[
    str, msgspec.Meta(min_length=8, max_length=1_000, pattern=rf"^https?://[\x21-\x7e]+{END}")
]
Token = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9]{{3,32}}{END}")]
AesKey = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9]{{43}}{END}")]


class SetServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this server be told what happens, as soon as it has echoed what we ask of it."""

    merchant_id: MerchantId
    channel_id: ChannelId
    url: ServerUrl
    token: Token
    aes_key: AesKey
    mode: PushMode = PushMode.PLAIN
    format: PushFormat = PushFormat.XML


class RemoveServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell no server any more."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ReadServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read which server an account has, and which it shall have."""

    merchant_id: MerchantId
    channel_id: ChannelId


class FinishCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A server was asked to prove that it knows the token."""

    channel_id: int
    candidate_id: int
    outcome: Outcome


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def set_server(work: Work, command: SetServer) -> ServerState:
    """Note a server that is asked at once; the one before serves on until this one has answered.

    A platform's server is not asked: it proves itself by what it reads of the tickets it is sent.

    Raises NotFound `channels.not_found`; Invalid `pushes.url_malformed`; Refusal
    `pushes.format_refused`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if command.format is PushFormat.JSON and channel.kind is not ChannelKind.MINIAPP:
        raise Refusal("pushes.format_refused")
    if "@" in command.url or "#" in command.url:
        raise Invalid("pushes.url_malformed")
    is_platform = channel.kind is ChannelKind.COMPONENT
    server = Server(
        merchant_id=Id(channel.merchant_id),
        channel_id=channel.channel_id,
        url=command.url,
        mode=PushMode.SAFE if is_platform else command.mode,
        changed_at=work.now,
        format=command.format,
    )
    label = _label(channel.channel_id)
    candidate = Keeping(
        server=server,
        token_sealed=PORTS.seal.close(command.token, label),
        key_sealed=PORTS.seal.close(command.aes_key, label),
        candidate_id=work.ids.next(),
    )
    if is_platform:
        await _set(work, candidate)
    else:
        await store.set_candidate(work.db, candidate)
        work.ring(BELL)
    # The bell rings for timers: whoever asks the server need not be waited for.
    work.later(FORGET, int(channel.channel_id), work.now + PUSHES_KEPT)
    return await _state(work, channel.channel_id)


@single(permission=Permission.CHANNELS_WRITE)
async def remove_server(work: Work, command: RemoveServer) -> ServerState:
    """Have no server; what waits is told to nobody, unless a platform is told instead.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    found = await store.list_servers(work.db, [channel.channel_id])
    await store.delete_candidate(work.db, channel.channel_id)
    if found:
        await store.delete_server(work.db, channel.channel_id)
        await store.fail_untold(work.db, [int(channel.channel_id)], work.now)
        await _note_set(work, found[int(channel.channel_id)].server, None)
    return await _state(work, channel.channel_id)


@reading(permission=Permission.CHANNELS_READ)
async def read_server(work: Work, query: ReadServer) -> ServerState:
    """Return the account's server and candidate. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await _state(work, channel.channel_id)


@single(permission=Permission.SYSTEM)
async def finish_check(work: Work, command: FinishCheck) -> None:
    """Make a candidate that echoed the account's server; remember why another did not.

    Nothing happens if meanwhile another candidate was named.
    """
    candidate = await store.lock_candidate(work.db, command.channel_id)
    if candidate is None or candidate.candidate_id != command.candidate_id:
        return
    if command.outcome is not Outcome.ACKNOWLEDGED:
        await store.set_outcome(work.db, command.channel_id, command.outcome)
        return
    await _set(work, candidate)
    await store.delete_candidate(work.db, command.channel_id)


def open_sealed(sealed: bytes, channel_id: int) -> str:
    """A token or key as it was before it was sealed."""
    return PORTS.seal.open(sealed, _label(channel_id))


async def _state(work: Work, channel_id: int) -> ServerState:
    found = (await store.list_servers(work.db, [channel_id])).get(int(channel_id))
    candidate = await store.find_candidate(work.db, channel_id)
    return ServerState(
        server=found.server if found else None,
        candidate=candidate.server if candidate else None,
        outcome=candidate.outcome if candidate else None,
        is_relayed=bool(await store.list_relays(work.db, [int(channel_id)])),
    )


async def _set(work: Work, one: Keeping) -> None:
    channel_id = int(one.server.channel_id)
    before = (await store.list_servers(work.db, [channel_id])).get(channel_id)
    await store.set_server(work.db, one, work.now + OLD_KEY_KEPT)
    await _note_set(work, before.server if before else None, one.server)


async def _note_set(work: Work, before: Server | None, after: Server | None) -> None:
    one = after or before
    assert one is not None
    await note_change(
        work,
        merchant_id=one.merchant_id,
        subject="pushes.server",
        subject_id=one.channel_id,
        before=before,
        after=after,
    )
    work.record(
        ServerSet(
            merchant_id=int(one.merchant_id),
            channel_id=int(one.channel_id),
            mode=after.mode if after else "",
        )
    )


def _label(channel_id: int) -> str:
    return str(int(channel_id))
