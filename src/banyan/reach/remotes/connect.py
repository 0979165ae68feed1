"""Lets an account act through one at the real WeChat, once WeChat has let us in."""

import re

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.secret import Secret, new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own, find_own_menu
from banyan.reach.labels import STARRED, ListTags, list_tags
from banyan.reach.remotes import store
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.ports import PORTS
from banyan.reach.remotes.types import (
    ErrandKind,
    ErrandState,
    NewErrand,
    Remote,
    RemoteAppid,
    RemoteConnected,
    RemoteDisconnected,
    RemoteKeys,
    RemoteRefused,
    RemoteSecret,
    RemoteState,
)
from banyan.reach.templates import ListTemplates, list_templates

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


class ReadRemote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Through which account at WeChat does this one act?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ReadRemoteKeys(msgspec.Struct, frozen=True, kw_only=True):
    """By what do this account and WeChat know each other?"""

    channel_id: int


class RemoteInFull(msgspec.Struct, frozen=True, kw_only=True):
    """An account there, what must be entered at WeChat for it, and how its errands fare."""

    remote: Remote | None
    path: str
    """Where WeChat must send what happens, under this server's address."""
    token: str
    aes_key: str
    errands: dict[ErrandState, int]


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def connect_remote(work: Work, command: ConnectRemote) -> Remote:
    """Note an account at WeChat; who asks there whether it is right tells at once.

    With the same appid as before only the secret is another; with another one, what was known of
    the one before is forgotten. Raises NotFound `channels.not_found`.
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


@reading(permission=Permission.CHANNELS_WRITE)
async def read_remote(work: Work, query: ReadRemote) -> RemoteInFull:
    """Return the account there, with what WeChat must be told; nothing where there is none.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = (await store.find_accounts(work.db, [channel.channel_id])).get(channel.channel_id)
    return RemoteInFull(
        remote=found.remote if found else None,
        path=f"/remotes/{channel.channel_id:d}",
        token=_open(found.token_sealed, channel.channel_id).reveal() if found else "",
        aes_key=_open(found.key_sealed, channel.channel_id).reveal() if found else "",
        errands=await store.count_errands(work.db, channel.channel_id),
    )


@reading(permission=Permission.SYSTEM)
async def read_remote_keys(work: Work, query: ReadRemoteKeys) -> RemoteKeys:
    """Return by what WeChat signs what it tells an account. Raises NotFound."""
    found = (await store.find_accounts(work.db, [query.channel_id])).get(query.channel_id)
    if found is None:
        raise NotFound("remotes.not_connected")
    return open_keys(found)


def open_keys(keeping: store.Keeping) -> RemoteKeys:
    """The keys of an account there, as they were before they were sealed."""
    channel_id = keeping.remote.channel_id
    return RemoteKeys(
        appid=keeping.remote.appid,
        secret=_open(keeping.secret_sealed, channel_id),
        token=_open(keeping.token_sealed, channel_id),
        aes_key=_open(keeping.key_sealed, channel_id),
    )


async def begin_acting(work: Work, remote: Remote) -> None:
    """WeChat has let us in: from now on the account acts, and both learn what the other has."""
    await store.set_state(work.db, remote.channel_id, RemoteState.ACTING, now=work.now)
    if remote.state is RemoteState.ACTING:
        return
    work.record(
        RemoteConnected(
            merchant_id=int(remote.merchant_id),
            channel_id=int(remote.channel_id),
            appid=remote.appid,
        )
    )
    channel_id = int(remote.channel_id)
    await note_errands(
        work,
        [
            NewErrand(channel_id=channel_id, kind=ErrandKind.READ_TAGS, fields={}),
            *await _list_own(work, remote),
            NewErrand(channel_id=channel_id, kind=ErrandKind.LIST_FOLLOWERS, fields={"after": ""}),
        ],
    )


async def end_refused(work: Work, remote: Remote, errcode: int, why: str) -> None:
    """WeChat does not let us in."""
    await store.set_state(
        work.db, remote.channel_id, RemoteState.REFUSED, errcode=errcode, why=why, now=work.now
    )
    work.record(
        RemoteRefused(
            merchant_id=int(remote.merchant_id),
            channel_id=int(remote.channel_id),
            appid=remote.appid,
            errcode=errcode,
        )
    )


async def _list_own(work: Work, remote: Remote) -> list[NewErrand]:
    """What we have already and WeChat shall have: the tags, the forms of the library, the menu.

    A tag that is there under the same name is found by its name when its turn comes.
    """
    channel_id = int(remote.channel_id)
    tags = (await list_tags(work, ListTags(**remote.own))).items
    templates = (await list_templates(work, ListTemplates(**remote.own))).items
    channel = await access_own(work.db, remote.merchant_id, remote.channel_id)
    buttons = await find_own_menu(work.db, channel)
    found = [
        NewErrand(
            channel_id=channel_id,
            kind=ErrandKind.CREATE_TAG,
            fields={"tag_id": int(one.tag_id), "name": one.name},
        )
        for one in tags
        if one.tag_id > STARRED
    ]
    found += [
        NewErrand(
            channel_id=channel_id,
            kind=ErrandKind.ADD_TEMPLATE,
            fields={"template_id": one.template_id, "short_id": one.short_id},
        )
        for one in templates
        if one.short_id
    ]
    if buttons:
        fields = {"buttons": msgspec.to_builtins(buttons)}
        found.append(NewErrand(channel_id=channel_id, kind=ErrandKind.SET_MENU, fields=fields))
    return found


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


def _open(sealed: bytes, channel_id: int) -> Secret:
    return Secret(PORTS.seal.open(sealed, str(int(channel_id))))


def _draw(length: int, label: str) -> bytes:
    text = _not_letters.sub("", new_token("") + new_token(""))
    return PORTS.seal.close(text[:length], label)
