"""Activates member cards, and says what their holders are asked before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card, lock_held
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.rules import facts_of
from banyan.commerce.cards.types import (
    ActivationForm,
    Address,
    Card,
    CardActivated,
    CardRef,
    CodeText,
    HeldCard,
    HolderFacts,
    Line,
)
from banyan.commerce.members import note_points_changed
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId

POINTS_MAX = 2**40


Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]


Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class ActivateCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a member card be used from now on, under the merchant's own number."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef | None = None
    number: Number
    background_url: Address = ""
    active_from: Instant | None = None
    active_until: Instant | None = None
    bonus: Annotated[int, msgspec.Meta(ge=0, le=POINTS_MAX)] = 0
    """Points that the member brings along."""
    custom_values: Annotated[list[Line], msgspec.Meta(max_length=3)] = []


class SetForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask this of whoever activates a member card."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    form: ActivationForm


@single(permission=Permission.MEMBERS_WRITE)
async def activate_card(work: Work, command: ActivateCard) -> None:
    """Activate a member card, once; again under the same number it stays as it is.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.expired`,
    `cards.not_usable`, `cards.not_a_member_card`, `cards.already_active`, `cards.no_bonus`.
    """
    held, card, _ = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    check_member(held, card, work)
    if held.number == command.number:
        return
    if held.number or (held.activated_at is not None and not card.terms.is_auto_active):
        raise Refusal("cards.already_active")
    if command.bonus and not card.terms.has_bonus:
        raise Refusal("cards.no_bonus")
    facts = msgspec.structs.replace(
        held.facts,
        background_url=command.background_url,
        custom_values=values_of(held.facts, command.custom_values),
    )
    after = msgspec.structs.replace(
        held,
        number=command.number,
        activated_at=held.activated_at or work.now,
        active_from=command.active_from,
        active_until=command.active_until,
        facts=facts,
    )
    await store.set_code(work.db, held, after)
    if command.bonus:
        note_points_changed(
            work, held.merchant_id, held.member_id, command.bonus, cause=int(held.card_id)
        )
    if held.activated_at is None:
        note_activated(work, held, card)


@single(permission=Permission.COUPONS_WRITE)
async def set_form(work: Work, command: SetForm) -> None:
    """Have whoever activates a member card asked these questions.

    Raises NotFound `cards.not_found`; Refusal `cards.not_a_member_card`.
    """
    card = await access_card(
        work.db,
        command.ref,
        merchant_id=command.merchant_id,
        channel_id=command.channel_id,
        is_locked=True,
    )
    if not card.kind.is_member:
        raise Refusal("cards.not_a_member_card")
    await store.set_card(work.db, msgspec.structs.replace(card, form=command.form))


def note_activated(work: Work, held: HeldCard, card: Card) -> None:
    """Record that a member card can be used from now on."""
    work.record(
        CardActivated(
            **facts_of(held, card),
        )
    )


def check_member(held: HeldCard, card: Card, work: Work) -> None:
    """Accept a member card that its holder could use. Raises Refusal."""
    if not card.kind.is_member:
        raise Refusal("cards.not_a_member_card")
    check_normal(held, None, work)


def values_of(facts: HolderFacts, given: Sequence[str | None]) -> tuple[str, str, str]:
    """Return the three words of a card, those that are given in place of the old."""
    first, second, third = [*given, None, None, None][:3]
    old = facts.custom_values
    return _or(first, old[0]), _or(second, old[1]), _or(third, old[2])


def _or(given: str | None, old: str) -> str:
    return old if given is None else given
