"""Finds the one order that somebody asks about, if they may see it."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.commerce.orders import store
from banyan.commerce.orders.records import OrderRecord


async def find_mine(work: Work, order_id: int) -> OrderRecord:
    """Return an order of the person who asks. Raises NotFound `orders.not_found`."""
    order = await store.find_order_of_person(work.db, work.actor.person_id, order_id)
    if order is None:
        raise NotFound("orders.not_found")
    return order


async def find_of_shop(work: Work, merchant_id: int, order_id: int) -> OrderRecord:
    """Return an order of a merchant, in a store that the one who asks works in.

    Raises NotFound `orders.not_found`, `stores.not_found`.
    """
    key = (int(merchant_id), int(order_id))
    order = (await store.find_orders(work.db, [key])).get(key)
    if order is None:
        raise NotFound("orders.not_found")
    work.check_store(order.merchant_id, order.store_id)
    return order
