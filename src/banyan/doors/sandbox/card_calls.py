"""The sandbox plays holders of cards: they take one from a page, look at it, give it, use it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Failure
from banyan.base.text import LINE
from banyan.books.actor import Actor
from banyan.commerce.cards import (
    AcceptGift,
    Answer,
    CardRef,
    CodeText,
    MineCommand,
    SubmitForm,
    TakeCard,
    Taken,
    UseMyCard,
    accept_gift,
    discard_card,
    enter_session,
    give_card,
    seal_my_code,
    submit_form,
    take_back,
    take_cards,
    use_my_card,
    view_my_card,
)
from banyan.commerce.handouts import (
    ChooseCards,
    OpenShelf,
    TakeOffered,
    TakeSigned,
    choose_cards,
    open_shelf,
    take_offered,
    take_signed,
)
from banyan.doors.sandbox.calls import call, meet
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId

Short = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]


class CardDeed(StrEnum):
    """What a holder does with a card."""

    VIEW = "view"
    SESSION = "session"
    GIVE = "give"
    TAKE_BACK = "take_back"
    DISCARD = "discard"
    USE = "use"
    FORM = "form"


class CardExt(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says with a card, as JS-SDK has it."""

    code: Short = ""
    openid: Short = ""
    timestamp: str | int = ""
    nonce_str: Short = ""
    signature: Short = ""
    outer_str: Short = ""


class AddCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of an account has somebody take a card; without an account they just take it."""

    person: PersonId
    card_id: CardRef
    appid: Short = ""
    card_ext: CardExt = CardExt()


class ChooseCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of an account asks which of its cards somebody holds."""

    person: PersonId
    appid: Short
    card_type: Short = ""
    card_id: Short = ""
    timestamp: str | int
    nonce_str: Short
    card_sign: Short


class DoWithCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A holder does something with a card."""

    person: PersonId
    card_id: CardRef
    code: CodeText
    do: CardDeed
    verify_code: Short = ""
    remark_amount: Short = ""
    common: list[Answer] = []
    own: list[Answer] = []


class AcceptCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody takes the card that a friend sent."""

    person: PersonId
    gift: Short


class GotCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that came into somebody's hands."""

    card_id: str
    code: str
    openid: str


class DoneWithCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it."""

    encrypt_code: str = ""
    gift: str = ""
    """By which a friend takes it."""
    activate_ticket: str = ""


class ChosenCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that a page is told of."""

    card_id: str
    encrypt_code: str


class ChosenCards(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody could use."""

    cards: list[ChosenCard]


@call
async def add_card(playground: Playground, command: AddCard) -> GotCard:
    """Take a card, as JS-SDK's `addCard` has it or as from a message."""
    actor = await meet(playground, command.person)
    if not command.appid:
        taking = TakeCard(ref=command.card_id, outer_str=command.card_ext.outer_str)
        return _got(await playground.office.run(take_cards, taking, actor))
    ext = command.card_ext
    signed = TakeSigned(
        appid=command.appid,
        ref=command.card_id,
        code=ext.code,
        openid=ext.openid,
        timestamp=str(ext.timestamp),
        nonce=ext.nonce_str,
        signature=ext.signature,
        outer_str=ext.outer_str,
    )
    return _got(await playground.office.run(take_signed, signed, actor))


@call
async def choose_card(playground: Playground, command: ChooseCard) -> ChosenCards:
    """Tell a page of the cards that one holds, as JS-SDK's `chooseCard` has it."""
    actor = await meet(playground, command.person)
    query = ChooseCards(
        appid=command.appid,
        card_kind=command.card_type,
        ref=command.card_id,
        timestamp=str(command.timestamp),
        nonce=command.nonce_str,
        signature=command.card_sign,
    )
    found = await playground.office.run(choose_cards, query, actor)
    return ChosenCards(
        cards=[ChosenCard(card_id=one.ref, encrypt_code=one.sealed_code) for one in found.items]
    )


@call
async def do_with_card(playground: Playground, command: DoWithCard) -> DoneWithCard:
    """Look at a card, give it away, use it, and so on."""
    actor = await meet(playground, command.person)
    office, mine = playground.office, MineCommand(ref=command.card_id, code=command.code)
    match command.do:
        case CardDeed.VIEW:
            await office.run(view_my_card, mine, actor)
            sealed = await office.run(seal_my_code, mine, actor)
            return DoneWithCard(encrypt_code=sealed.code)
        case CardDeed.SESSION:
            await office.run(enter_session, mine, actor)
        case CardDeed.GIVE:
            return DoneWithCard(gift=(await office.run(give_card, mine, actor)).token)
        case CardDeed.TAKE_BACK:
            await office.run(take_back, mine, actor)
        case CardDeed.DISCARD:
            await office.run(discard_card, mine, actor)
        case CardDeed.USE:
            using = UseMyCard(
                ref=mine.ref,
                code=mine.code,
                verify_code=command.verify_code,
                remark_amount=command.remark_amount,
            )
            await office.run(use_my_card, using, actor)
        case CardDeed.FORM:
            form = SubmitForm(ref=mine.ref, code=mine.code, common=command.common, own=command.own)
            sent = await office.run(submit_form, form, actor)
            return DoneWithCard(activate_ticket=sent.ticket)
    return DoneWithCard()


@call
async def accept_card(playground: Playground, command: AcceptCard) -> GotCard:
    """Take the card that a friend sent."""
    actor = await meet(playground, command.person)
    report = await playground.office.run(accept_gift, AcceptGift(token=command.gift), actor)
    return GotCard(card_id=report.ref, code=report.held.code, openid=report.held.openid)


async def take_all(playground: Playground, actor: Actor, token: str) -> list[GotCard]:
    """Take every card that a code offers, and that one may have. Raises the last's Failure."""
    opened = await playground.office.run(open_shelf, OpenShelf(token=token), actor)
    got: list[GotCard] = []
    why: Failure | None = None
    for item in opened.items:
        try:
            taking = TakeOffered(token=token, ref=item.ref)
            got.append(_got(await playground.office.run(take_offered, taking, actor)))
        except Failure as failure:
            why = failure
    if not got and why is not None:
        raise why
    return got


def _got(taken: Taken) -> GotCard:
    return GotCard(card_id=taken.ref, code=taken.code, openid=taken.openid)
