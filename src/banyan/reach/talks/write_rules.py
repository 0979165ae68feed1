"""The rules by which an account without a server answers by itself."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.moderation import check_texts
from banyan.reach.talks import store
from banyan.reach.talks.rules import check_rule, list_texts
from banyan.reach.talks.types import (
    KEYWORDS_MAX,
    REPLIES_MAX,
    RULES_MAX,
    Content,
    Keyword,
    ReplyMode,
    Rule,
    RuleId,
    RuleKind,
    RulesChanged,
)

Keywords = Annotated[list[Keyword], msgspec.Meta(max_length=KEYWORDS_MAX)]
Replies = Annotated[list[Content], msgspec.Meta(max_length=REPLIES_MAX)]


class AddRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answer by itself: to keywords, or with the default to everything else."""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: RuleKind = RuleKind.KEYWORD
    name: Name
    keywords: Keywords = []
    mode: ReplyMode = ReplyMode.ALL
    replies: Replies


class ChangeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rewrite a rule; it stays a rule of its kind."""

    merchant_id: MerchantId
    channel_id: ChannelId
    rule_id: RuleId
    name: Name
    keywords: Keywords = []
    mode: ReplyMode = ReplyMode.ALL
    replies: Replies


class DeleteRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a rule no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    rule_id: RuleId


class ListRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's rules."""

    merchant_id: MerchantId
    channel_id: ChannelId


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of an account, in the order in which they are tried."""

    items: list[Rule]


@single(permission=Permission.CHANNELS_WRITE)
async def add_rule(work: Work, command: AddRule) -> Rule:
    """Add a rule.

    Raises NotFound `channels.not_found`; Invalid `talks.keywords_missing`,
    `talks.keywords_unasked`, `talks.replies_missing` and as `check_content`; Refusal
    `talks.rules_too_many`, `talks.default_exists`, `moderation.refused`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    known = await store.list_rules(work.db, channel.channel_id, RULES_MAX)
    if len(known) >= RULES_MAX:
        raise Refusal("talks.rules_too_many", rules_max=RULES_MAX)
    if command.kind is RuleKind.DEFAULT and any(one.kind is RuleKind.DEFAULT for one in known):
        raise Refusal("talks.default_exists")
    rule = Rule(
        rule_id=RuleId(work.ids.next()),
        kind=command.kind,
        name=command.name,
        keywords=command.keywords,
        mode=command.mode,
        replies=command.replies,
        created_at=work.now,
    )
    check_rule(rule)
    await check_texts(work, channel, _list_texts(rule))
    await store.insert_rule(work.db, channel.channel_id, rule)
    await _note(work, channel, None, rule, len(known) + 1)
    return rule


@single(permission=Permission.CHANNELS_WRITE)
async def change_rule(work: Work, command: ChangeRule) -> Rule:
    """Rewrite a rule.

    Raises NotFound `channels.not_found`, `talks.no_such_rule`; Invalid as `add_rule`; Refusal
    `moderation.refused`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before, count = await _lock_rule(work, channel, command.rule_id)
    after = msgspec.structs.replace(
        before,
        name=command.name,
        keywords=command.keywords,
        mode=command.mode,
        replies=command.replies,
    )
    check_rule(after)
    await check_texts(work, channel, _list_texts(after))
    await store.set_rule(work.db, channel.channel_id, after)
    await _note(work, channel, before, after, count)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_rule(work: Work, command: DeleteRule) -> None:
    """Delete a rule. Raises NotFound `channels.not_found`, `talks.no_such_rule`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before, count = await _lock_rule(work, channel, command.rule_id)
    await store.delete_rule(work.db, channel.channel_id, before.rule_id)
    await _note(work, channel, before, None, count - 1)


@reading(permission=Permission.CHANNELS_READ)
async def list_rules(work: Work, query: ListRules) -> Rules:
    """Return all rules of an account. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return Rules(items=await store.list_rules(work.db, channel.channel_id, RULES_MAX))


def _list_texts(rule: Rule) -> list[str]:
    return [text for one in rule.replies for text in list_texts(one)]


async def _lock_rule(work: Work, channel: Channel, rule_id: RuleId) -> tuple[Rule, int]:
    await store.lock_desk(work.db, channel.channel_id)
    known = await store.list_rules(work.db, channel.channel_id, RULES_MAX)
    for rule in known:
        if rule.rule_id == rule_id:
            return rule, len(known)
    raise NotFound("talks.no_such_rule")


async def _note(
    work: Work, channel: Channel, before: Rule | None, after: Rule | None, count: int
) -> None:
    kept = after or before
    assert kept is not None
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="talks.rule",
        subject_id=kept.rule_id,
        before=before,
        after=after,
    )
    work.record(
        RulesChanged(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(kept.rule_id),
            rules_count=count,
        )
    )
