"""Hands out what is to be asked of WeChat, and takes in what it answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_channel, access_own, follow_channel
from banyan.reach.labels import (
    CreateTag,
    ListTags,
    WriteRemark,
    create_tag,
    list_tags,
    write_remark,
)
from banyan.reach.remotes import store
from banyan.reach.remotes.connect import begin_acting, end_refused, open_keys
from banyan.reach.remotes.meet import meet
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.rules import PEOPLE_MAX, Fate, compute_rest, decide_fate, list_needed
from banyan.reach.remotes.types import (
    Errand,
    ErrandFailed,
    ErrandId,
    ErrandKind,
    ErrandState,
    Found,
    Name,
    NameKind,
    NewErrand,
    Remote,
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


class ListErrands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what was asked of WeChat in an account's name, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    state: ErrandState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class RetryErrand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask WeChat once more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    errand_id: ErrandId


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
    errand = await store.lock_errand(work.db, command.channel_id, command.errand_id)
    if errand is None or errand.state is not ErrandState.WAITING or errand.tries != command.tries:
        return
    account = await store.lock_account(work.db, command.channel_id)
    if account is None:
        return
    fate = decide_fate(command.errcode, errand.tries, is_doubtful=command.is_doubtful)
    after = msgspec.structs.replace(
        errand,
        state=ErrandState.WAITING if fate is Fate.AGAIN else ErrandState(fate.value),
        errcode=command.errcode or 0,
        why=command.why[:200],
        finished_at=None if fate is Fate.AGAIN else work.now,
    )
    await store.set_errand(work.db, after, command.at + compute_rest(errand.tries))
    match fate:
        case Fate.DONE:
            await store.set_names(work.db, command.channel_id, command.found.names)
            await _take_in(work, account.remote, errand, command.found)
        case Fate.FAILED:
            await _end_failed(work, account.remote, after)
        case Fate.AGAIN:
            pass


@reading(permission=Permission.CHANNELS_READ)
async def list_errands(work: Work, query: ListErrands) -> Page[Errand]:
    """Return a page of errands.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_errands(
        work.db, channel.channel_id, before, query.limit + 1, query.state
    )
    return page_of(rows, query.limit, [int(one.errand_id) for one in rows])


@single(permission=Permission.CHANNELS_WRITE)
async def retry_errand(work: Work, command: RetryErrand) -> None:
    """Have an errand that failed tried anew; one that did not stays as it is.

    Raises NotFound `channels.not_found`, `remotes.not_connected`, `remotes.no_such_errand`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if await store.lock_account(work.db, channel.channel_id) is None:
        raise NotFound("remotes.not_connected")
    errand = await store.lock_errand(work.db, channel.channel_id, command.errand_id)
    if errand is None:
        raise NotFound("remotes.no_such_errand")
    if errand.state is ErrandState.FAILED:
        await store.set_waiting(work.db, channel.channel_id, command.errand_id)


@single(permission=Permission.SYSTEM)
async def note_report(work: Work, command: NoteReport) -> None:
    """Note that WeChat did not after all do what it had taken on; what went well is known."""
    name = await store.find_there(work.db, command.channel_id, command.kind, command.there)
    if name is None or not command.why:
        return
    errand = await store.lock_errand(work.db, command.channel_id, int(name.here))
    account = await store.lock_account(work.db, command.channel_id)
    if errand is None or account is None or errand.state is not ErrandState.DONE:
        return
    after = msgspec.structs.replace(errand, state=ErrandState.FAILED, why=command.why)
    await store.set_errand(work.db, after, work.now)
    _record_failed(work, account.remote, after)


async def _take_in(work: Work, remote: Remote, errand: Errand, found: Found) -> None:
    match errand.kind:
        case ErrandKind.CONNECT:
            await begin_acting(work, remote)
        case ErrandKind.READ_TAGS:
            await _take_tags(work, remote, found.tags)
        case ErrandKind.LIST_FOLLOWERS:
            await _take_list(work, remote, found)
        case ErrandKind.READ_FOLLOWERS:
            await _take_followers(work, remote, found)
        case ErrandKind.DELETE_TAG:
            here = str(errand.fields["tag_id"])
            await store.delete_name(work.db, remote.channel_id, NameKind.TAG, here)
        case ErrandKind.DELETE_TEMPLATE:
            here = errand.fields["template_id"]
            await store.delete_name(work.db, remote.channel_id, NameKind.TEMPLATE, here)
        case _:
            pass


async def _end_failed(work: Work, remote: Remote, errand: Errand) -> None:
    if errand.kind is ErrandKind.CONNECT:
        await end_refused(work, remote, errand.errcode, errand.why)
    _record_failed(work, remote, errand)


def _record_failed(work: Work, remote: Remote, errand: Errand) -> None:
    work.record(
        ErrandFailed(
            merchant_id=int(remote.merchant_id),
            channel_id=int(remote.channel_id),
            subject_id=int(errand.errand_id),
            errand_kind=errand.kind,
            errcode=errand.errcode,
        )
    )


async def _take_tags(work: Work, remote: Remote, there: Mapping[str, str]) -> None:
    """Have each tag that is there here too; one of the same name is the same."""
    here = {one.name: one.tag_id for one in (await list_tags(work, ListTags(**remote.own))).items}
    names = []
    for number, name in there.items():
        tag_id = here.get(name)
        if tag_id is None:
            try:
                tag_id = (await create_tag(work, CreateTag(**remote.own, name=name))).tag_id
            except Failure:  # too many, or a name that we do not take: it stays there alone
                continue
        names.append(Name(kind=NameKind.TAG, here=str(int(tag_id)), there=number))
    await store.set_names(work.db, remote.channel_id, names)


async def _take_list(work: Work, remote: Remote, found: Found) -> None:
    channel_id = int(remote.channel_id)
    errands = [
        NewErrand(
            channel_id=channel_id,
            kind=ErrandKind.READ_FOLLOWERS,
            fields={"openids": found.openids[start : start + PEOPLE_MAX]},
        )
        for start in range(0, len(found.openids), PEOPLE_MAX)
    ]
    if found.openids and found.next_openid:
        fields = {"after": found.next_openid}
        errands.append(
            NewErrand(channel_id=channel_id, kind=ErrandKind.LIST_FOLLOWERS, fields=fields)
        )
    await note_errands(work, errands)


async def _take_followers(work: Work, remote: Remote, found: Found) -> None:
    channel: Channel = await access_channel(work.db, remote.channel_id)
    following = [one for one in found.followers if one.is_following]
    people = await meet(work, channel.channel_id, {one.openid: one.nickname for one in following})
    for one in following:
        person_id = people[one.openid]
        await follow_channel(work, channel, person_id, scene=one.scene, is_greeted=False)
        if one.remark:
            remark = WriteRemark(**remote.own, openid=one.openid, remark=one.remark)
            await write_remark(work, remark)
