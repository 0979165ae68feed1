"""Notes errands for what accounts do here and shall do at WeChat as well."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelFollowed,
    access_channel,
    find_own_menu,
)
from banyan.reach.labels import (
    FollowersTagged,
    FollowersUntagged,
    TagCreated,
    TagDeleted,
    TagRenamed,
)
from banyan.reach.remotes import store
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.pass_on import on_broadcasts
from banyan.reach.remotes.types import ErrandKind, NameKind, NewErrand, RemoteState
from banyan.reach.scenes import find_codes
from banyan.reach.talks import Content, ContentKind, TalkAnswered, find_messages
from banyan.reach.templates import (
    ListTemplates,
    TemplateAdded,
    TemplateDeleted,
    TemplateSent,
    find_filled,
    list_templates,
)


async def on_tags(work: Work, facts: Sequence[Fact]) -> None:
    """Let tags and who has them be the same there."""
    facts = await _acting(work, facts)
    errands = []
    for fact in facts:
        match fact.kind:
            case "labels.tag_created":
                one = fact.decode(TagCreated)
                fields: dict[str, Any] = {"tag_id": int(one.tag_id), "name": one.name}
                # One that was read from there is known under its name already.
                key = (NameKind.TAG, str(int(one.tag_id)))
                if not await store.find_names(work.db, fact.channel_id, [key], work.now):
                    errands.append(_errand(fact, ErrandKind.CREATE_TAG, fields))
            case "labels.tag_renamed":
                renamed = fact.decode(TagRenamed)
                fields = {"tag_id": int(renamed.tag_id), "name": renamed.name}
                errands.append(_errand(fact, ErrandKind.RENAME_TAG, fields))
            case "labels.tag_deleted":
                deleted = fact.decode(TagDeleted)
                fields = {"tag_id": int(deleted.tag_id)}
                errands.append(_errand(fact, ErrandKind.DELETE_TAG, fields))
            case _:
                errands += await _tagging(work, fact)
    await note_errands(work, errands)


async def _tagging(work: Work, fact: Fact) -> list[NewErrand]:
    is_given = fact.kind == "labels.tagged"
    kind: type[FollowersTagged | FollowersUntagged] = (
        FollowersTagged if is_given else FollowersUntagged
    )
    one = fact.decode(kind)
    known = await store.find_people(work.db, fact.channel_id, one.openids)
    if not known:
        return []
    fields = {"tag_id": int(one.tag_id), "openids": sorted(known)}
    return [_errand(fact, ErrandKind.TAG if is_given else ErrandKind.UNTAG, fields)]


async def on_codes(work: Work, facts: Sequence[Fact]) -> None:
    """Have each code of an account drawn there too: only that one can be scanned in WeChat."""
    facts = await _acting(work, facts)
    for channel_id, ours in _by_channel(facts).items():
        ids = [one.code_id for one in ours]
        codes = await find_codes(work.db, channel_id, ids)
        errands = []
        for fact in ours:
            code = codes.get(fact.code_id)
            if code is None:
                continue
            life = None
            if code.expires_at is not None:
                life = max(int((code.expires_at - code.created_at).total_seconds()), 1)
            fields = {
                "code_id": str(fact.code_id),
                "number": code.number,
                "text": code.text,
                "life_s": life,
            }
            errands.append(_errand(fact, ErrandKind.CREATE_CODE, fields, f"code {fact.code_id}"))
        await note_errands(work, errands)


async def on_menu(work: Work, facts: Sequence[Fact]) -> None:
    """Let the menu there be the one that is here now."""
    facts = await _acting(work, facts)
    for ours in _by_channel(facts).values():
        channel = await access_channel(work.db, ours[-1].channel_id)
        buttons = await find_own_menu(work.db, channel)
        fields = {"buttons": msgspec.to_builtins(buttons)}
        await note_errands(work, [_errand(ours[-1], ErrandKind.SET_MENU, fields)])


async def on_templates(work: Work, facts: Sequence[Fact]) -> None:
    """Take forms of the library there too; a form of one's own has no counterpart."""
    facts = await _acting(work, facts)
    for channel_id, ours in _by_channel(facts).items():
        channel = await access_channel(work.db, channel_id)
        query = ListTemplates(
            merchant_id=MerchantId(channel.merchant_id), channel_id=channel.channel_id
        )
        known = {one.template_id: one for one in (await list_templates(work, query)).items}
        errands = []
        for fact in ours:
            if fact.kind == "templates.added":
                template = known.get(fact.decode(TemplateAdded).template_id)
                if template is not None and template.short_id:
                    fields = {
                        "template_id": template.template_id,
                        "short_id": template.short_id,
                    }
                    errands.append(_errand(fact, ErrandKind.ADD_TEMPLATE, fields))
            else:
                fields = {"template_id": fact.decode(TemplateDeleted).template_id}
                errands.append(_errand(fact, ErrandKind.DELETE_TEMPLATE, fields))
        await note_errands(work, errands)


async def on_template_messages(work: Work, facts: Sequence[Fact]) -> None:
    """Send there what was sent here to somebody who is known there."""
    told = await _to_known(work, facts, TemplateSent)
    filled = await find_filled(work.db, [(one.channel_id, one.subject_id) for one, _ in told])
    errands = []
    for fact, openid in told:
        form = filled.get((fact.channel_id, fact.subject_id))
        if form is not None:
            fields = msgspec.to_builtins(form) | {"openid": openid}
            errands.append(_errand(fact, ErrandKind.SEND_TEMPLATE, fields, openid))
    await note_errands(work, errands)


async def on_answers(work: Work, facts: Sequence[Fact]) -> None:
    """Pass on what was said to somebody who is known there."""
    told = await _to_known(work, facts, TalkAnswered)
    errands = []
    for fact, openid in told:
        found = await find_messages(work.db, fact.person_id, [fact.subject_id])
        message = found.get(fact.subject_id)
        if message is not None:
            errands.append(_writing(fact, openid, message.content))
    await note_errands(work, errands)


async def on_followers(work: Work, facts: Sequence[Fact]) -> None:
    """Greet there whoever follows there; those who followed long before are not greeted."""
    by_people = [one for one in facts if one.actor_kind == "person"]
    errands = []
    channels: dict[int, Channel] = {}
    for fact, openid in await _to_known(work, by_people, ChannelFollowed):
        if fact.channel_id not in channels:
            channels[fact.channel_id] = await access_channel(work.db, fact.channel_id)
        text = channels[fact.channel_id].welcome_text
        if text:
            content = Content(kind=ContentKind.TEXT, text=text)
            errands.append(_writing(fact, openid, content))
    await note_errands(work, errands)


async def _acting(work: Work, facts: Sequence[Fact]) -> list[Fact]:
    """Those of accounts that act through WeChat."""
    found = await store.find_accounts(work.db, {one.channel_id for one in facts})
    acting = {one for one, keeping in found.items() if keeping.remote.state is RemoteState.ACTING}
    return [one for one in facts if one.channel_id in acting]


async def _to_known(
    work: Work,
    facts: Sequence[Fact],
    kind: type[TemplateSent | TalkAnswered | ChannelFollowed],
) -> list[tuple[Fact, str]]:
    """Those about people who are known there, with their openid."""
    found = []
    for channel_id, ours in _by_channel(await _acting(work, facts)).items():
        openids = [one.decode(kind).openid for one in ours]
        known = await store.find_people(work.db, channel_id, openids)
        found += [
            (one, openid) for one, openid in zip(ours, openids, strict=True) if openid in known
        ]
    return found


def _by_channel(facts: Sequence[Fact]) -> Mapping[int, list[Fact]]:
    found: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.channel_id].append(fact)
    return found


def _errand(fact: Fact, kind: ErrandKind, fields: Mapping[str, Any], line: str = "") -> NewErrand:
    return NewErrand(channel_id=fact.channel_id, kind=kind, fields=fields, line=line)


def _writing(fact: Fact, openid: str, content: Content) -> NewErrand:
    fields = {"openid": openid, "content": msgspec.to_builtins(content)}
    return _errand(fact, ErrandKind.WRITE, fields, openid)


_tags = ("labels.tag_created", "labels.tag_renamed", "labels.tag_deleted")
FOLLOWERS = (
    Follower(
        name="remotes.tags",
        kinds=(*_tags, "labels.tagged", "labels.untagged"),
        handle=on_tags,
    ),
    Follower(name="remotes.codes", kinds=("scenes.created",), handle=on_codes),
    Follower(name="remotes.menu", kinds=("channels.menu_set",), handle=on_menu),
    Follower(
        name="remotes.templates",
        kinds=("templates.added", "templates.deleted"),
        handle=on_templates,
    ),
    Follower(
        name="remotes.template_messages", kinds=("templates.sent",), handle=on_template_messages
    ),
    Follower(name="remotes.answers", kinds=("talks.answered",), handle=on_answers),
    Follower(name="remotes.broadcasts", kinds=("broadcasts.sent",), handle=on_broadcasts),
    Follower(name="remotes.followers", kinds=("channels.followed",), handle=on_followers),
)
