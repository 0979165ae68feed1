"""Takes in what WeChat answered to an errand."""

from collections.abc import Mapping

from banyan.base.errors import Failure, Invalid
from banyan.books.work import Work
from banyan.reach.channels import access_channel, follow_channel
from banyan.reach.labels import (
    CreateTag,
    ListTags,
    WriteRemark,
    create_tag,
    list_tags,
    write_remark,
)
from banyan.reach.remotes import store
from banyan.reach.remotes.begin_acting import begin_acting, end_refused
from banyan.reach.remotes.meet import meet
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.rules import PEOPLE_MAX
from banyan.reach.remotes.types import (
    Errand,
    ErrandFailed,
    ErrandKind,
    Found,
    Name,
    NameKind,
    NewErrand,
    Remote,
)


async def take_in(work: Work, remote: Remote, errand: Errand, found: Found) -> None:
    """Have here what was found there, and go on from it."""
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


async def end_failed(work: Work, remote: Remote, errand: Errand) -> None:
    """Note that WeChat did not do what was asked; without being let in the account does nothing."""
    if errand.kind is ErrandKind.CONNECT:
        await end_refused(work, remote, errand.errcode, errand.why)
    record_failed(work, remote, errand)


def record_failed(work: Work, remote: Remote, errand: Errand) -> None:
    """Record that WeChat did not do what was asked."""
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
    channel = await access_channel(work.db, remote.channel_id)
    following = [one for one in found.followers if one.is_following]
    people = await meet(work, channel.channel_id, {one.openid: one.nickname for one in following})
    for one in following:
        person_id = people[one.openid]
        await follow_channel(work, channel, person_id, scene=one.scene, is_greeted=False)
        if one.remark:
            remark = WriteRemark(**remote.own, openid=one.openid, remark=one.remark)
            try:
                await write_remark(work, remark)
            except Invalid:  # a remark that we do not take stays there alone
                continue
