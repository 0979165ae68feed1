"""Writes on tickets where and when they are for."""

from typing import Any

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import lock_held
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.types import (
    CardKind,
    CardRef,
    CodeText,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId

_tickets = frozenset(
    {
        CardKind.MEETING_TICKET,
        CardKind.SCENIC_TICKET,
        CardKind.MOVIE_TICKET,
        CardKind.BOARDING_PASS,
    }
)


class UpdateTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write on a ticket where and when it is for."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef | None = None
    kind: CardKind
    facts: dict[str, Any]


@single(permission=Permission.COUPONS_WRITE)
async def update_ticket(work: Work, command: UpdateTicket) -> None:
    """Write on a ticket in somebody's hands where and when it is for; its holder sees it.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.not_a_ticket`,
    `cards.consumed`, `cards.expired`, `cards.not_usable`.
    """
    held, card, coupon = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    if card.kind is not command.kind or card.kind not in _tickets:
        raise Refusal("cards.not_a_ticket")
    check_normal(held, coupon, work)
    facts = msgspec.structs.replace(held.facts, ticket={**held.facts.ticket, **command.facts})
    await store.set_code(work.db, held, msgspec.structs.replace(held, facts=facts))
