"""Makes cards in hands invalid, and has them under other codes."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card, lock_held
from banyan.commerce.cards.accounts import account_of, note_moved
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.rules import facts_of
from banyan.commerce.cards.types import (
    AccountCode,
    Card,
    CardEnded,
    CardRef,
    CodeState,
    CodeText,
    HeldCard,
    TransferCode,
)
from banyan.commerce.coupons import CouponForOrder, void_coupon
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId


class VoidCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make the card of this code invalid."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef | None = None


class UpdateCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a card under another code."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef
    new_code: CodeText


@single(permission=Permission.COUPONS_WRITE)
async def void_code(work: Work, command: VoidCode) -> None:
    """Make a card invalid that nobody has used.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.consumed`,
    `cards.expired`, `cards.not_usable`, `coupons.reserved`.
    """
    held, card, coupon = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    if held.state is not CodeState.GIFTING:
        check_normal(held, coupon, work)
    await end_held(work, held, card, coupon, CodeState.UNAVAILABLE)


@single(permission=Permission.COUPONS_WRITE)
async def update_code(work: Work, command: UpdateCode) -> None:
    """Have a card under another code from now on; its old one names nothing any more.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.consumed`,
    `cards.expired`, `cards.not_usable`, `cards.code_taken`.
    """
    card = await access_card(
        work.db,
        command.ref,
        merchant_id=command.merchant_id,
        channel_id=command.channel_id,
        is_locked=True,
    )
    held, _, coupon = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    check_normal(held, coupon, work)
    rival = await store.find_code(
        work.db, card.merchant_id, card.channel_id, command.new_code, int(card.card_id)
    )
    if rival is not None or await store.find_deposits(work.db, card, [command.new_code]):
        raise Refusal("cards.code_taken")
    after = msgspec.structs.replace(held, code=command.new_code, is_custom=True)
    await store.set_code(work.db, held, after)


async def end_held(
    work: Work, held: HeldCard, card: Card, coupon: CouponForOrder | None, state: CodeState
) -> None:
    """Take a locked card out of hands: thrown away, or made invalid."""
    if coupon is not None:
        await void_coupon(work, coupon)
    else:
        work.open_account(account_of(card, AccountCode.ENDED))
        note_moved(work, card, TransferCode.ENDED)
    await store.set_code(work.db, held, msgspec.structs.replace(held, state=state))
    work.record(
        CardEnded(
            **facts_of(held, card),
            is_discarded=state is CodeState.DISCARDED,
        )
    )
