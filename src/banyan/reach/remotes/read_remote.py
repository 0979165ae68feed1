"""Reads through which account at WeChat one of ours acts, and by what they know each other."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.secret import Secret
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.remotes import store
from banyan.reach.remotes.ports import PORTS
from banyan.reach.remotes.types import ErrandState, Remote, RemoteKeys

_shown_max = 100


class ReadRemote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Through which account at WeChat does this one act?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListRemotes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Through which accounts at WeChat do a merchant's act?"""

    merchant_id: MerchantId


class Remotes(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts there, a hundred at most."""

    items: list[Remote]


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


@reading(permission=Permission.CHANNELS_READ)
async def list_remotes(work: Work, query: ListRemotes) -> Remotes:
    """Return the accounts at WeChat through which those of a merchant act."""
    return Remotes(items=await store.list_accounts(work.db, query.merchant_id, _shown_max))


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


def _open(sealed: bytes, channel_id: int) -> Secret:
    return Secret(PORTS.seal.open(sealed, str(int(channel_id))))
