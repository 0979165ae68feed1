"""Lets holders answer the form of their member card, and merchants read it."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_mine
from banyan.commerce.cards.activate_card import note_activated
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.give_card import Token
from banyan.commerce.cards.my_cards import MineCommand
from banyan.commerce.cards.rules import facts_of
from banyan.commerce.cards.types import (
    Answer,
    FormSubmitted,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId

Answers = Annotated[list[Answer], msgspec.Meta(max_length=40)]


class SubmitForm(MineCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I answer the form of my member card."""

    common: Answers = []  # noqa: RUF012 - a struct copies its empty lists
    own: Answers = []  # noqa: RUF012 - as above


class ReadAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was answered to the form, by the ticket that the holder came with?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ticket: Token


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """A form was answered; the ticket lets the merchant's program read the answers."""

    ticket: str
    is_active: bool


class HolderAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to a form."""

    common: list[Answer]
    own: list[Answer]


@single(permission=Permission.PERSON, is_answer_kept=False)
async def submit_form(work: Work, command: SubmitForm) -> Submitted:
    """Answer the form of a member card, which activates it unless the merchant's program does.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.not_usable`,
    `cards.expired`, `cards.already_active`, `cards.no_form`; Invalid `cards.answer_missing`.
    """
    held, card = await access_mine(work, command.ref, command.code, is_locked=True)
    check_normal(held, None, work)
    if card.form is None or not card.terms.is_form_active:
        raise Refusal("cards.no_form")
    if held.activated_at is not None:
        raise Refusal("cards.already_active")
    told = {one.name for one in (*command.common, *command.own) if one.value}
    required = {*card.form.required.common, *(one.name for one in card.form.required.own)}
    missing = sorted(required - told)
    if missing:
        raise Invalid("cards.answer_missing", name=missing[0])
    is_active = not card.terms.is_active_after_submit
    facts = msgspec.structs.replace(
        held.facts, common_answers=command.common, own_answers=command.own
    )
    after = msgspec.structs.replace(
        held,
        facts=facts,
        submitted_at=work.now,
        activated_at=work.now if is_active else None,
        number=held.code if is_active else "",
    )
    await store.set_code(work.db, held, after)
    ticket = new_token("at")
    await store.set_ticket(work.db, held, digest(ticket))
    work.record(FormSubmitted(**facts_of(held, card)))
    if is_active:
        note_activated(work, held, card)
    return Submitted(ticket=ticket, is_active=is_active)


@reading(permission=Permission.MEMBERS_READ)
async def read_answers(work: Work, query: ReadAnswers) -> HolderAnswers:
    """Return what was answered. Raises NotFound `cards.no_such_ticket`."""
    held = await store.find_by_ticket(work.db, query.merchant_id, digest(query.ticket))
    card = await store.find_card(work.db, held.merchant_id, held.card_id) if held else None
    if held is None or card is None or card.channel_id != query.channel_id:
        raise NotFound("cards.no_such_ticket")
    return HolderAnswers(common=held.facts.common_answers, own=held.facts.own_answers)
