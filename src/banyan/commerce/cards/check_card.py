"""Has cards looked through before anybody is given one."""

from typing import Any

import msgspec

from banyan.base.errors import Invalid
from banyan.base.json import encode
from banyan.books.work import Work
from banyan.commerce.cards import store
from banyan.commerce.cards.rules import (
    render_ref,
    texts_of,
)
from banyan.commerce.cards.types import (
    Card,
    CardJudged,
    CardStatus,
)
from banyan.parties.audit import note_change
from banyan.reach.channels import Channel, access_own
from banyan.reach.moderation import Check, CheckState, Content, Subject, ask_check

SUBJECT = "cards.card"
"""What a card is called where it is looked through."""


EXTRA_BYTES_MAX = 20_000


Extra = dict[str, Any]


async def on_decided(work: Work, channel: Channel, check: Check) -> None:
    """Let a card be given out that passed its check, or for a reason don't.

    What was found of other words than it has now says nothing about it.
    """
    card = await store.lock_card(work.db, channel.merchant_id, check.subject.subject_id)
    if card is None or card.status is CardStatus.DELETED:
        return
    if check.content.texts != texts_of(card.face):
        return
    is_passed = check.state is CheckState.PASSED
    reason = "" if is_passed or check.reason is None else check.reason.value
    status = CardStatus.VERIFIED if is_passed else CardStatus.REFUSED
    await store.set_card(work.db, msgspec.structs.replace(card, status=status, reason=reason))
    work.record(
        CardJudged(
            merchant_id=int(card.merchant_id),
            channel_id=int(card.channel_id),
            subject_id=int(card.card_id),
            ref=render_ref(card.merchant_id, card.card_id),
            is_passed=is_passed,
            reason=reason,
        )
    )


def check_extra(extra: Extra) -> None:
    """Accept what is not too large. Raises Invalid `cards.extra_too_large`."""
    if len(encode(extra)) > EXTRA_BYTES_MAX:
        raise Invalid("cards.extra_too_large", bytes_max=EXTRA_BYTES_MAX)


async def check_card(work: Work, card: Card) -> CardStatus:
    """Have a written card looked through; return how far it is."""
    channel = await access_own(work.db, card.merchant_id, card.channel_id)
    subject = Subject(kind=SUBJECT, subject_id=int(card.card_id))
    check = await ask_check(work, channel, subject, Content(texts=texts_of(card.face)))
    if not check.state.is_decided:
        return CardStatus.CHECKING
    return CardStatus.VERIFIED if check.state is CheckState.PASSED else CardStatus.REFUSED


async def note_audit(work: Work, before: Card | None, after: Card) -> None:
    """Take a change down for the merchant's audit."""
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="cards.card",
        subject_id=after.card_id,
        before=before,
        after=after,
    )
