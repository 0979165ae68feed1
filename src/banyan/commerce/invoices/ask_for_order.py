"""Somebody wants an invoice for an order that they paid."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.ask_for_title import AskForTitle, ask_for_title
from banyan.commerce.orders import OrderId, ReadMyReceipt, read_my_receipt
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, find_main


class AskForOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I want an invoice for this order of mine."""

    order_id: OrderId


class OrderAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Where one says what one is called on it."""

    token: str


@single(permission=Permission.PERSON)
async def ask_for_order(work: Work, command: AskForOrder) -> OrderAsked:
    """Ask the merchant's main account, if it makes invoices, for that of a paid order.

    What was given back is not on it. Raises NotFound `orders.not_found`,
    `invoices.no_such_request`; Refusal `invoices.nothing_paid`, `invoices.other_amount`.
    """
    receipt = await read_my_receipt(work, ReadMyReceipt(order_id=command.order_id))
    if receipt.payment is None or receipt.left_fen <= 0:
        raise Refusal("invoices.nothing_paid")
    merchant_id = MerchantId(receipt.order.merchant_id)
    channel_id = await find_main(work.db, merchant_id)
    if channel_id is None:
        raise NotFound("invoices.no_such_request")
    if (await store.find_settings(work.db, channel_id)).fields is None:
        raise NotFound("invoices.no_such_request")
    asking = AskForTitle(
        merchant_id=merchant_id,
        channel_id=ChannelId(channel_id),
        order_name=str(int(command.order_id)),
        amount_fen=receipt.left_fen,
    )
    return OrderAsked(token=(await ask_for_title(work, asking)).token)
