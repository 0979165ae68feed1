"""Changes what member cards show: their points are the members' own."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import lock_held
from banyan.commerce.cards.activate_card import POINTS_MAX, _or, check_member, values_of
from banyan.commerce.cards.rules import compute_bonus, facts_of, render_ref
from banyan.commerce.cards.types import (
    Address,
    Card,
    CardRef,
    CodeText,
    HeldCard,
    Line,
    MemberCardUpdated,
)
from banyan.commerce.members import lock_points, note_points_changed
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId
from banyan.reach.notices import NewNotice, send_notices

Points = Annotated[int, msgspec.Meta(ge=-POINTS_MAX, le=POINTS_MAX)]


class UpdateMemberCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what a member card shows: its points, its words, its picture."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef
    bonus: Annotated[int, msgspec.Meta(ge=0, le=POINTS_MAX)] | None = None
    """What the points are to be; a call that is repeated with it changes nothing more."""
    bonus_added: Points = 0
    """By how much the points change; only a word in the message where `bonus` is told."""
    record: Line = ""
    """Why, in words for the holder."""
    background_url: Address | None = None
    custom_values: Annotated[list[Line | None], msgspec.Meta(max_length=3)] = []
    is_told: bool = True
    """The holder finds a message about it in their inbox."""


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """A member card after a change."""

    openid: str
    bonus: int


@single(permission=Permission.MEMBERS_WRITE)
async def update_member_card(work: Work, command: UpdateMemberCard) -> Updated:
    """Change a member card; its points are the member's own, on the ledger.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.expired`,
    `cards.not_usable`, `cards.not_a_member_card`, `cards.not_active`, `cards.no_bonus`,
    `members.points_spent`.
    """
    held, card, _ = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    check_member(held, card, work)
    if held.activated_at is None:
        raise Refusal("cards.not_active")
    facts = msgspec.structs.replace(
        held.facts,
        background_url=_or(command.background_url, held.facts.background_url),
        custom_values=values_of(held.facts, command.custom_values),
    )
    await store.set_code(work.db, held, msgspec.structs.replace(held, facts=facts))
    bonus, added = await _move_bonus(work, held, card, command)
    if command.is_told and (added or command.record):
        await _tell(work, held, card, command.record, command.bonus_added or added)
    return Updated(openid=held.openid, bonus=bonus)


async def _move_bonus(
    work: Work, held: HeldCard, card: Card, command: UpdateMemberCard
) -> tuple[int, int]:
    """Move the member's points to where they are to be; return how many they are, and were more."""
    key = (held.merchant_id, int(held.member_id))
    before = (await lock_points(work, [key]))[key]
    after = compute_bonus(before, command.bonus, command.bonus_added)
    if after == before:
        return before, 0
    if not card.terms.has_bonus:
        raise Refusal("cards.no_bonus")
    if after < 0:
        raise Refusal("members.points_spent")
    note_points_changed(work, *key, after - before, cause=int(held.card_id))
    work.record(
        MemberCardUpdated(
            **facts_of(held, card),
            bonus_added=after - before,
        )
    )
    return after, after - before


async def _tell(work: Work, held: HeldCard, card: Card, record: str, added: int) -> None:
    notice = NewNotice(
        person_id=held.person_id,
        kind="cards.member_updated",
        at=work.now,
        merchant_id=held.merchant_id,
        channel_id=int(card.channel_id),
        title=card.face.title,
        body=record,
        link=f"/my-cards/{render_ref(held.merchant_id, int(held.card_id))}/{held.code}",
        fields={"points": added},
    )
    await send_notices(work, [notice])
