"""Lets people take what is offered: from a shelf, or as a page of the account signed it."""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.text import LINE
from banyan.books.work import Call, Permission, Work, plural, reading, single
from banyan.commerce.cards import (
    Asking,
    CardKind,
    CardRef,
    Codes,
    HolderStatus,
    ListMyHeld,
    OptionalCode,
    OuterText,
    Taken,
    access_card,
    compute_signature,
    hand_out,
    list_my_held,
    seal_held,
)
from banyan.commerce.handouts import store
from banyan.commerce.handouts.access import access_shelf
from banyan.commerce.handouts.types import Shelf, ShelfItem
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, access_by_appid
from banyan.reach.tokens import TicketKind, find_ticket_text

Part = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
_life_s = 7_200
"""How long after it was signed a card may be taken: as long as a ticket lives."""


class TakeOffered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take one of the cards that a shelf offers."""

    token: Annotated[str, msgspec.Meta(max_length=64)]
    ref: CardRef


class TakeSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a card as a page of the account asks the phone app, signed by its card ticket."""

    appid: Part
    ref: CardRef
    code: OptionalCode = ""
    openid: Annotated[str, msgspec.Meta(max_length=28, pattern=LINE)] = ""
    timestamp: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9]+$(?!\n)")]
    nonce: Part = ""
    signature: Part
    outer_str: OuterText = ""


class ChooseCards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show a page of the account which of its cards I hold, signed by its card ticket."""

    appid: Part
    card_kind: Part = ""
    ref: Annotated[str, msgspec.Meta(max_length=28, pattern=LINE)] = ""
    timestamp: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9]+$(?!\n)")]
    nonce: Part
    signature: Part


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A card that a page may know of; its code only the account's program can open."""

    ref: str
    title: str
    sealed_code: str


class ChosenCards(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody could use."""

    items: list[Chosen]


@plural(permission=Permission.PERSON, batch_max=500)
async def take_offered(work: Work, calls: Sequence[Call[TakeOffered]]) -> Sequence[Taken | Failure]:
    """Give each who asks the card that a shelf offers.

    Refuses as `take_cards`, and with NotFound `handouts.no_such_shelf`; Refusal
    `handouts.gone` when the one code that was offered has been taken.
    """
    outcomes: list[Taken | Failure] = [NotFound("handouts.no_such_shelf") for _ in calls]
    asked: list[tuple[int, Asking]] = []
    once: list[tuple[Shelf, int]] = []
    for place, call in enumerate(calls):
        try:
            shelf = await access_shelf(work, call.command.token)
            number, item = _find_item(shelf, call.command.ref)
            if item.is_once:
                shelf = await store.lock_shelf(work.db, shelf) or shelf
                number, item = _find_item(shelf, call.command.ref)
                if item.is_gone or (shelf, number) in once:
                    raise Refusal("handouts.gone")
                once.append((shelf, number))
        except Failure as failure:
            outcomes[place] = failure
            continue
        asked.append((place, _asking(item, call)))
    handed = await hand_out(work, [one for _, one in asked]) if asked else []
    for (place, _), outcome in zip(asked, handed, strict=True):
        outcomes[place] = outcome
    for shelf, number in once:
        if any(isinstance(one, Taken) and one.ref == shelf.items[number].ref for one in handed):
            await store.set_item_gone(work.db, shelf, number)
    return outcomes


@single(permission=Permission.PERSON)
async def take_signed(work: Work, command: TakeSigned) -> Taken:
    """Give the one who asks the card that a page of the account has signed.

    The card is one of that account: no account signs for another's. Raises as `take_cards`, and
    NotFound `channels.not_found`; Refusal `handouts.wrong_signature`, `handouts.signature_over`.
    """
    channel = await access_by_appid(work.db, command.appid)
    parts = (command.timestamp, command.nonce, command.ref, command.code, command.openid)
    await _check_signature(work, channel, parts, command.timestamp, command.signature)
    await access_card(
        work.db,
        command.ref,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
    )
    asking = Asking(
        ref=command.ref,
        person_id=work.actor.person_id,
        code=command.code,
        openid=command.openid,
        outer_str=command.outer_str,
    )
    (outcome,) = await hand_out(work, [asking])
    if isinstance(outcome, Failure):
        raise outcome
    return outcome


@reading(permission=Permission.PERSON)
async def choose_cards(work: Work, query: ChooseCards) -> ChosenCards:
    """Return which of the account's cards the one who asks could use.

    Raises NotFound `channels.not_found`; Refusal `handouts.wrong_signature`,
    `handouts.signature_over`.
    """
    channel = await access_by_appid(work.db, query.appid)
    parts = (query.appid, query.card_kind, query.ref, query.timestamp, query.nonce)
    await _check_signature(work, channel, parts, query.timestamp, query.signature)
    mine: Codes = await list_my_held(work, ListMyHeld(merchant_id=MerchantId(channel.merchant_id)))
    return ChosenCards(
        items=[
            Chosen(
                ref=one.ref,
                title=one.card.face.title,
                sealed_code=seal_held(one.held, one.card),
            )
            for one in mine.items
            if one.card.channel_id == channel.channel_id
            and one.status is HolderStatus.NORMAL
            and query.ref in {"", one.ref}
            and (not query.card_kind or one.card.kind is _kind_of(query.card_kind))
        ]
    )


async def _check_signature(
    work: Work, channel: Channel, parts: Sequence[str], timestamp: str, signature: str
) -> None:
    ticket = await find_ticket_text(work.db, channel.channel_id, TicketKind.WX_CARD, work.now)
    if ticket is None or not compare_digest(
        compute_signature([ticket, *parts]).encode(), signature.lower().encode()
    ):
        raise Refusal("handouts.wrong_signature")
    if abs(work.now.timestamp() - int(timestamp)) > _life_s:
        raise Refusal("handouts.signature_over")


def _kind_of(text: str) -> CardKind | None:
    try:
        return CardKind(text.lower())
    except ValueError:
        return None


def _find_item(shelf: Shelf, ref: str) -> tuple[int, ShelfItem]:
    for number, item in enumerate(shelf.items):
        if item.ref == ref:
            return number, item
    raise NotFound("cards.not_found")


def _asking(item: ShelfItem, call: Call[TakeOffered]) -> Asking:
    return Asking(
        ref=item.ref,
        person_id=call.actor.person_id,
        index=call.index,
        code=item.code,
        openid=item.openid,
        outer_id=item.outer_id,
        outer_str=item.outer_str,
    )
