"""Hands out what is to be asked of WeChat, and takes in what it answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.reach.remotes import store
from banyan.reach.remotes.read_remote import open_keys
from banyan.reach.remotes.rules import Fate, compute_rest, decide_fate, list_needed
from banyan.reach.remotes.take_in import end_failed, record_failed, take_in
from banyan.reach.remotes.types import (
    Errand,
    ErrandState,
    Found,
    Name,
    NameKind,
    RemoteKeys,
)

_newest = 2**63 - 1


class TakeErrands(msgspec.Struct, frozen=True, kw_only=True):
    """Give me what is to be asked, and let nobody else have it until then, by the real clock."""

    at: datetime
    until: datetime
    limit: int


class ReadyErrand(msgspec.Struct, frozen=True, kw_only=True):
    """An errand, in whose name, and what WeChat calls what it is about."""

    errand: Errand
    keys: RemoteKeys
    names: Mapping[tuple[NameKind, str], Name]


class TakenErrands(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    items: list[ReadyErrand]


class FinishErrand(msgspec.Struct, frozen=True, kw_only=True):
    """WeChat answered; or could not be reached, which is no errcode."""

    channel_id: int
    errand_id: int
    tries: int
    at: datetime
    errcode: int | None
    is_doubtful: bool = False
    """It may have done what was asked all the same, and would do it twice."""
    why: str = ""
    found: Found = Found()


class NoteReport(msgspec.Struct, frozen=True, kw_only=True):
    """WeChat tells what became of something that it took on before."""

    channel_id: int
    kind: NameKind
    there: str
    why: Annotated[str, msgspec.Meta(max_length=200)]
    """Empty when all went well."""


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_errands(work: Work, command: TakeErrands) -> TakenErrands:
    """Take errands whose turn it is; who is killed with them loses them at `until`."""
    taken = await store.take_errands(work.db, command.at, command.until, command.limit)
    accounts = await store.find_accounts(work.db, {int(one.channel_id) for one in taken})
    items = []
    for one in taken:
        account = accounts.get(int(one.channel_id))
        if account is None:
            continue
        needed = list_needed(one.kind, one.fields)
        names = await store.find_names(work.db, one.channel_id, needed, work.now) if needed else {}
        items.append(ReadyErrand(errand=one, keys=open_keys(account), names=names))
    return TakenErrands(items=items)


@single(permission=Permission.SYSTEM)
async def finish_errand(work: Work, command: FinishErrand) -> None:
    """Note what came of a try, and take in what WeChat answered; whoever lost it is too late."""
    # Whoever disconnects locks the account before its errands.
    account = await store.lock_account(work.db, command.channel_id)
    errand = await store.lock_errand(work.db, command.channel_id, command.errand_id)
    if account is None or errand is None:
        return
    if errand.state is not ErrandState.WAITING or errand.tries != command.tries:
        return
    fate = decide_fate(command.errcode, errand.tries, is_doubtful=command.is_doubtful)
    after = msgspec.structs.replace(
        errand,
        state=ErrandState.WAITING if fate is Fate.AGAIN else ErrandState(fate.value),
        errcode=command.errcode or 0,
        why=command.why[:200] or str(command.errcode or ""),
        finished_at=None if fate is Fate.AGAIN else work.now,
    )
    await store.set_errand(work.db, after, command.at + compute_rest(errand.tries))
    match fate:
        case Fate.DONE:
            await store.set_names(work.db, command.channel_id, command.found.names)
            await take_in(work, account.remote, errand, command.found)
        case Fate.FAILED:
            await end_failed(work, account.remote, after)
        case Fate.AGAIN:
            pass


@single(permission=Permission.SYSTEM)
async def note_report(work: Work, command: NoteReport) -> None:
    """Note that WeChat did not after all do what it had taken on; what went well is known."""
    name = await store.find_there(work.db, command.channel_id, command.kind, command.there)
    if name is None or not command.why:
        return
    account = await store.lock_account(work.db, command.channel_id)
    errand = await store.lock_errand(work.db, command.channel_id, int(name.here))
    if errand is None or account is None or errand.state is not ErrandState.DONE:
        return
    after = msgspec.structs.replace(errand, state=ErrandState.FAILED, why=command.why)
    await store.set_errand(work.db, after, work.now)
    record_failed(work, account.remote, after)
