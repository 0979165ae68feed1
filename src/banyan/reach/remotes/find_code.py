"""Finds the code at WeChat that stands for one of an account's own, and the other way round."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.reach.remotes import store
from banyan.reach.remotes.types import NameKind
from banyan.reach.scenes import find_codes


class FindRemoteCode(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the account's own codes was scanned, that WeChat knows by this ticket?"""

    channel_id: int
    ticket: Annotated[str, msgspec.Meta(max_length=512)]


class RemoteCode(msgspec.Struct, frozen=True, kw_only=True):
    """The token of the account's own code; empty if it has none of that ticket."""

    token: str


@reading(permission=Permission.SYSTEM)
async def find_remote_code(work: Work, query: FindRemoteCode) -> RemoteCode:
    """Return the account's own code that WeChat knows by a ticket."""
    name = await store.find_there(work.db, query.channel_id, NameKind.CODE, query.ticket)
    if name is None:
        return RemoteCode(token="")
    codes = await find_codes(work.db, query.channel_id, [int(name.here)])
    code = codes.get(int(name.here))
    return RemoteCode(token=code.token if code else "")
