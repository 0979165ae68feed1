"""Places a batch of drafts: prices them, sets stock and coupons aside, writes orders and lines."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.commerce.coupons import CouponId, check_usable, reserve_coupons
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.drafts import Draft, Placement
from banyan.commerce.orders.events import OrderPlaced
from banyan.commerce.orders.known import Known, read_known
from banyan.commerce.orders.records import LineRecord, OrderRecord, order_of
from banyan.commerce.orders.types import Order, OrderState
from banyan.commerce.pricing import check_coupon_counts
from banyan.commerce.stock import note_reservation
from banyan.commerce.stores import compute_is_serving
from banyan.pay.collect import open_accounts

EXPIRE = "orders.expire"
"""The timer that closes an unpaid order."""


async def place(work: Work, drafts: Sequence[Draft]) -> list[Order | Failure]:
    """Place those drafts that can be, in their order; one outcome each.

    Stock that is short refuses a command at its end, by `stock.insufficient`.
    """
    decided = decide_all(drafts, await read_known(work, drafts))
    placements = [one for one in decided if isinstance(one, Placement)]
    orders = await _write(work, placements) if placements else {}
    return [orders[one.draft.index] if isinstance(one, Placement) else one for one in decided]


def decide_all(drafts: Sequence[Draft], known: Known) -> list[Placement | Failure]:
    """Decide each draft in turn; a coupon serves the first that names it."""
    decided: list[Placement | Failure] = []
    used: set[int] = set()
    for draft in drafts:
        try:
            if draft.coupon_id in used:
                raise Refusal("coupons.reserved", coupon_id=str(int(draft.coupon_id)))
            placement = decide(draft, known)
            check_coupon_counts(placement.quote, placement.currency)
        except Failure as failure:
            decided.append(failure)
            continue
        if draft.coupon_id:
            used.add(draft.coupon_id)
        decided.append(placement)
    return decided


def decide(draft: Draft, known: Known) -> Placement:
    """Work out what a draft comes to, whether or not its coupon counts.

    Raises NotFound `stores.not_found`, `members.not_found`, `places.not_found`,
    `places.code_not_found`, `coupons.not_found`; Invalid `orders.table_missing`,
    `orders.table_unwanted`; Refusal `orders.store_closed`, `orders.not_on_sale`,
    `orders.too_large`, and why a coupon can't be used.
    """
    shop = known.store_of(draft)
    is_serving = compute_is_serving(shop.hours, shop.time_zone, draft.at)
    if not draft.placed_by and not (shop.is_open and is_serving):
        raise Refusal("orders.store_closed", store_id=str(int(draft.store_id)))
    rules.check_place(draft.kind, draft.place_id)
    if draft.place_id and known.tables.get(draft.place_id) != draft.store_id:
        raise NotFound("places.not_found")
    if draft.code_id and (draft.merchant_id, draft.code_id) not in known.named_codes:
        raise NotFound("places.code_not_found")
    person = known.people[draft.index]
    if isinstance(person, Failure):
        raise person
    member = known.members.get((draft.merchant_id, person))
    if draft.phone and member is None:
        # Whether somebody is known to Banyan is not the merchant's to find out by their phone.
        raise NotFound("members.not_found")
    coupon = None
    if draft.coupon_id:
        named = known.coupons.get(CouponId(draft.coupon_id))
        coupon = check_usable(named, member.member_id if member else 0, draft.at)
    offers = rules.decide_offers(
        draft.lines, known.shelf[draft.store_id], is_history=draft.is_history
    )
    tier = member.tier if member else None
    if tier and draft.is_history:
        tier = msgspec.structs.replace(tier, discount_bp=0)
    return Placement(
        draft=draft,
        store=shop,
        currency=known.currencies[draft.merchant_id],
        person_id=person,
        member=member,
        coupon=coupon,
        code_id=draft.code_id or known.codes.get((draft.merchant_id, person), 0),
        day=rules.compute_day(draft.at, shop.time_zone),
        offers=offers,
        quote=rules.decide_quote(offers, coupon.terms if coupon else None, tier),
    )


async def _write(work: Work, placements: Sequence[Placement]) -> dict[int, Order]:
    numbers = await _take_numbers(work, placements)
    rows: dict[int, OrderRecord] = {}
    lines: list[LineRecord] = []
    for placement in placements:
        key = (placement.draft.merchant_id, placement.draft.store_id, placement.day)
        row = _order_row(work.ids.next(), placement, numbers[key] + 1)
        numbers[key] += 1
        rows[placement.draft.index] = row
        lines += _lines(work, placement, row)
        _note(work, placement, row)
    await store.insert_orders(work.db, list(rows.values()))
    await store.insert_lines(work.db, lines)
    reserved = {rows[one.draft.index].order_id: one.coupon for one in placements if one.coupon}
    if reserved:
        await reserve_coupons(work, reserved)
    return {index: order_of(row) for index, row in rows.items()}


async def _take_numbers(
    work: Work, placements: Sequence[Placement]
) -> dict[tuple[int, int, date], int]:
    """Return the number before the first of the batch, for each store and day."""
    wanted = Counter((one.draft.merchant_id, one.draft.store_id, one.day) for one in placements)
    last = await store.take_pickups(work.db, wanted)
    return {key: last[key] - taken for key, taken in wanted.items()}


def _order_row(order_id: int, placement: Placement, pickup_number: int) -> OrderRecord:
    draft, quote, coupon = placement.draft, placement.quote, placement.coupon
    return OrderRecord(
        merchant_id=draft.merchant_id,
        order_id=order_id,
        store_id=draft.store_id,
        person_id=placement.person_id,
        member_id=placement.member.member_id if placement.member else 0,
        coupon_id=coupon.coupon_id if coupon else 0,
        campaign_id=coupon.campaign_id if coupon else 0,
        place_id=draft.place_id,
        code_id=placement.code_id,
        placed_by=draft.placed_by,
        kind=draft.kind,
        state=OrderState.UNPAID,
        currency=placement.currency,
        pickup_number=pickup_number,
        line_count=len(placement.offers),
        subtotal_fen=quote.subtotal_fen,
        discount_fen=quote.discount_fen,
        total_fen=quote.total_fen,
        refunded_fen=0,
        points_earned=quote.points_earned,
        points_back=0,
        points_short=0,
        note=draft.note,
        placed_at=draft.at,
        expires_at=draft.at + rules.UNPAID_FOR,
        paid_at=None,
        closed_at=None,
    )


def _lines(work: Work, placement: Placement, row: OrderRecord) -> list[LineRecord]:
    """Return the order's lines, and note that the stock they need is set aside."""
    draft = placement.draft
    lines = []
    quoted = zip(placement.offers, placement.quote.lines, strict=True)
    for line_no, (offer, line) in enumerate(quoted, start=1):
        reservation = 0
        if offer.sku.is_tracked:
            # Without an hour of its own: the order's timer releases it. With two clocks, after a
            # long outage, the reservation could go first, and closing the order fail for ever.
            reservation = note_reservation(
                work,
                merchant_id=draft.merchant_id,
                store_id=draft.store_id,
                sku_id=offer.sku.sku_id,
                quantity=offer.quantity,
                cause=row.order_id,
                index=draft.index,
            )
        lines.append(
            LineRecord(
                merchant_id=row.merchant_id,
                order_id=row.order_id,
                line_no=line_no,
                sku_id=offer.sku.sku_id,
                product_id=offer.sku.product_id,
                name=offer.sku.name,
                variant=offer.sku.variant,
                unit_price_fen=offer.unit_price_fen,
                quantity=offer.quantity,
                discount_fen=line.discount_fen,
                total_fen=line.total_fen,
                reservation_id=reservation,
            )
        )
    return lines


def _note(work: Work, placement: Placement, row: OrderRecord) -> None:
    draft = placement.draft
    open_accounts(work, currency(row.currency), row.merchant_id, row.person_id)
    work.later(
        EXPIRE,
        row.order_id,
        rules.compute_release(row.placed_at, work.now),
        str(row.merchant_id).encode(),
    )
    work.record(
        OrderPlaced(
            merchant_id=row.merchant_id,
            person_id=row.person_id,
            store_id=row.store_id,
            code_id=row.code_id,
            subject_id=row.order_id,
            order_id=row.order_id,
            member_id=row.member_id,
            placed_kind=row.kind,
            is_at_till=draft.placed_by != 0,
            currency=row.currency,
            subtotal_fen=row.subtotal_fen,
            discount_fen=row.discount_fen,
            total_fen=row.total_fen,
            coupon_id=row.coupon_id,
            line_count=row.line_count,
        ),
        index=draft.index,
    )
