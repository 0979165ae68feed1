"""What happens when WeChat lets an account of ours in, or does not."""

import msgspec

from banyan.books.work import Work
from banyan.reach.channels import access_own, find_own_menu
from banyan.reach.labels import STARRED, ListTags, list_tags
from banyan.reach.remotes import store
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.types import (
    ErrandKind,
    NewErrand,
    Remote,
    RemoteConnected,
    RemoteRefused,
    RemoteState,
)
from banyan.reach.templates import ListTemplates, list_templates


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
