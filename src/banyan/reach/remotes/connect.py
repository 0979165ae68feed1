"""Lets an account act through one at the real WeChat, once WeChat has let us in."""

import re

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.remotes import store
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.ports import PORTS
from banyan.reach.remotes.types import (
    ErrandKind,
    NewErrand,
    Remote,
    RemoteAppid,
    RemoteDisconnected,
    RemoteSecret,
    RemoteState,
)

_token_length = 32
_aes_key_length = 43
_not_letters = re.compile("[^A-Za-z0-9]")


class ConnectRemote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this account act through the one at WeChat that has this appid and secret."""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: RemoteAppid
    secret: RemoteSecret


class DisconnectRemote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this account act through WeChat no more."""

    merchant_id: MerchantId
    channel_id: ChannelId


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def connect_remote(work: Work, command: ConnectRemote) -> Remote:
    """Note an account at WeChat; who asks there whether it is right tells at once.

    With the same appid as before only the secret is another; with another one, what the one before
    calls things is forgotten. Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await store.lock_account(work.db, channel.channel_id)
    if before is not None and before.remote.appid != command.appid:
        await _forget(work, before.remote)
        before = None
    label = str(int(channel.channel_id))
    after = store.Keeping(
        remote=Remote(
            merchant_id=Id(channel.merchant_id),
            channel_id=channel.channel_id,
            appid=command.appid,
            state=RemoteState.CHECKING,
            errcode=0,
            why="",
            changed_at=work.now,
        ),
        secret_sealed=PORTS.seal.close(command.secret, label),
        token_sealed=before.token_sealed if before else _draw(_token_length, label),
        key_sealed=before.key_sealed if before else _draw(_aes_key_length, label),
    )
    await store.set_account(work.db, after)
    await _note_audit(work, before.remote if before else None, after.remote)
    connect = NewErrand(channel_id=int(channel.channel_id), kind=ErrandKind.CONNECT, fields={})
    await note_errands(work, [connect])
    return after.remote


@single(permission=Permission.CHANNELS_WRITE)
async def disconnect_remote(work: Work, command: DisconnectRemote) -> None:
    """Let an account act through WeChat no more; its followers stay known here.

    Raises NotFound `channels.not_found`, `remotes.not_connected`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await store.lock_account(work.db, channel.channel_id)
    if before is None:
        raise NotFound("remotes.not_connected")
    await _forget(work, before.remote)
    await _note_audit(work, before.remote, None)


async def _forget(work: Work, remote: Remote) -> None:
    await store.fail_waiting(work.db, remote.channel_id, work.now, "disconnected")
    await store.delete_account(work.db, remote.channel_id)
    work.record(
        RemoteDisconnected(
            merchant_id=int(remote.merchant_id),
            channel_id=int(remote.channel_id),
            appid=remote.appid,
        )
    )


async def _note_audit(work: Work, before: Remote | None, after: Remote | None) -> None:
    one = after or before
    assert one is not None
    await note_change(
        work,
        merchant_id=one.merchant_id,
        subject="remotes.account",
        subject_id=one.channel_id,
        before=before,
        after=after,
    )


def _draw(length: int, label: str) -> bytes:
    text = _not_letters.sub("", new_token("") + new_token(""))
    return PORTS.seal.close(text[:length], label)
