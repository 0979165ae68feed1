"""Rules by which whoever has paid is given a card."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.base.money import Fen
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import Address, CardRef, access_card
from banyan.commerce.handouts import store
from banyan.commerce.handouts.types import PayRule, PayRuleChanged, RuleId
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, lock_merchant
from banyan.reach.channels import ChannelId, access_own

PART_MAX = 50
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class AddPayRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give whoever pays within this a card."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    cost_min_fen: Fen = 0
    cost_max_fen: Fen = 0
    begins_at: Instant
    ends_at: Instant
    jump_url: Address = ""


class EndPayRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a rule end now."""

    merchant_id: MerchantId
    channel_id: ChannelId
    rule_id: RuleId


class ReadPayRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one rule."""

    merchant_id: MerchantId
    channel_id: ChannelId
    rule_id: RuleId


class ListPayRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a channel's rules, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    is_member: bool
    """Those that give member cards, or those that give the others."""
    is_in_force: bool = True
    """Leave out those that are over."""
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)] = PART_MAX


class PayRules(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a channel's rules."""

    items: list[PayRule]
    total: int


@single(permission=Permission.COUPONS_WRITE)
async def add_pay_rule(work: Work, command: AddPayRule) -> PayRule:
    """Add a rule. Raises NotFound `cards.not_found`; Invalid `handouts.rule_span`."""
    card = await access_card(
        work.db, command.ref, merchant_id=command.merchant_id, channel_id=command.channel_id
    )
    is_sound = command.begins_at < command.ends_at and command.ends_at > work.now
    costs_fit = not command.cost_max_fen or command.cost_max_fen > command.cost_min_fen
    if not (is_sound and costs_fit):
        raise Invalid("handouts.rule_span")
    # Programs read the number as one of fifty-three bits, so it counts.
    await lock_merchant(work.db, command.merchant_id)
    number = await store.find_last_rule(work.db, command.merchant_id)
    rule = PayRule(
        merchant_id=Id(command.merchant_id),
        rule_id=RuleId(number + 1),
        channel_id=card.channel_id,
        card_id=card.card_id,
        ref=command.ref,
        is_member=card.kind.is_member,
        cost_min_fen=command.cost_min_fen,
        cost_max_fen=command.cost_max_fen,
        begins_at=command.begins_at,
        ends_at=command.ends_at,
        jump_url=command.jump_url,
        created_at=work.now,
    )
    await store.insert_rule(work.db, rule)
    await _note(work, None, rule)
    return rule


@single(permission=Permission.COUPONS_WRITE)
async def end_pay_rule(work: Work, command: EndPayRule) -> None:
    """End a rule. Raises NotFound `handouts.no_such_rule`."""
    before = await store.find_rule(
        work.db, command.merchant_id, command.channel_id, command.rule_id
    )
    if before is None or not await store.set_rule_deleted(
        work.db, command.merchant_id, command.channel_id, command.rule_id, work.now
    ):
        raise NotFound("handouts.no_such_rule")
    await _note(work, before, msgspec.structs.replace(before, deleted_at=work.now))


@reading(permission=Permission.COUPONS_READ)
async def read_pay_rule(work: Work, query: ReadPayRule) -> PayRule:
    """Return one rule. Raises NotFound `handouts.no_such_rule`."""
    rule = await store.find_rule(work.db, query.merchant_id, query.channel_id, query.rule_id)
    if rule is None or rule.deleted_at is not None:
        raise NotFound("handouts.no_such_rule")
    return rule


@reading(permission=Permission.COUPONS_READ)
async def list_pay_rules(work: Work, query: ListPayRules) -> PayRules:
    """Return a part of a channel's rules. Raises NotFound `channels.not_found`."""
    await access_own(work.db, query.merchant_id, query.channel_id)
    items, total = await store.list_rules(
        work.db,
        query.merchant_id,
        query.channel_id,
        is_member=query.is_member,
        is_in_force=query.is_in_force,
        now=work.now,
        offset=query.offset,
        limit=query.limit,
    )
    return PayRules(items=items, total=total)


async def _note(work: Work, before: PayRule | None, after: PayRule) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="handouts.pay_rule",
        subject_id=after.rule_id,
        before=before,
        after=after,
    )
    work.record(
        PayRuleChanged(
            merchant_id=int(after.merchant_id),
            channel_id=int(after.channel_id),
            subject_id=int(after.rule_id),
            is_over=after.deleted_at is not None,
        )
    )
