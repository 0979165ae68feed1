"""Sends a card to somebody whom the merchant's program names, without their asking for it."""

from typing import Annotated

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card
from banyan.commerce.cards.issue_cards import Asking, Taken
from banyan.commerce.cards.take_cards import hand_out
from banyan.commerce.cards.types import CardRef
from banyan.parties.ids import MerchantId, PersonId
from banyan.reach.channels import ChannelId, ensure_openids

RequestNo = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]


class SendCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a card to somebody; the same number sends one only."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    person_id: PersonId
    request_no: RequestNo


@single(permission=Permission.COUPONS_WRITE)
async def send_card(work: Work, command: SendCard) -> Taken:
    """Put a card into somebody's hands, as if they had asked for it.

    Raises Refusal `cards.request_used`, and the failures of `take_cards`.
    """
    card = await access_card(
        work.db, command.ref, merchant_id=command.merchant_id, channel_id=command.channel_id
    )
    person_id = int(command.person_id)
    claim = (command.merchant_id, command.request_no)
    if not await store.insert_sending(work.db, *claim, card.card_id, person_id, work.now):
        # A rival that came first has committed by now.
        sent = await store.read_sending(work.db, *claim)
        if (sent.card_id, sent.person_id) != (card.card_id, person_id):
            raise Refusal("cards.request_used")
        openids = await ensure_openids(work, card.channel_id, [person_id])
        return Taken(ref=command.ref, code=sent.code, openid=openids[person_id])
    (outcome,) = await hand_out(work, [Asking(ref=command.ref, person_id=person_id)])
    if isinstance(outcome, Failure):
        raise outcome
    await store.set_sent_code(work.db, *claim, outcome.code)
    return outcome
