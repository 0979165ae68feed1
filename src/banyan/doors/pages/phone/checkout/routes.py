"""The order sheet: priced by the server at every change, placed once."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import CouponId
from banyan.commerce.orders import (
    ChooseCoupon,
    CouponChoices,
    Order,
    OrderKind,
    PlaceOrder,
    choose_coupon,
    place_orders,
)
from banyan.commerce.places import PlaceId, PlaceKind
from banyan.commerce.stores import ReadStore, StoreId, read_store
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import KEY_FIELD, Form, Wrong, fill
from banyan.doors.pages.phone.basket import Basket, lines_of, parse_basket
from banyan.doors.pages.phone.checkout.placed import find_placed, is_gone, remember_placed
from banyan.doors.pages.phone.frame import Here, find_here, frame_of, shop_of, show
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId

NO_COUPON = CouponId(NONE)
_ORDER = "/shops/{merchant_id}/{store_id}/order"
_digits_max = 18
_note_characters_max = 200


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has chosen on the order sheet so far."""

    merchant_id: MerchantId
    store_id: StoreId
    basket: Basket
    kind: OrderKind
    place_id: int
    """The table; 0 when it is taken away."""
    coupon: str = ""
    """A coupon's id, `none` for none, empty for the best."""
    note: str = ""
    key: str = ""

    @property
    def base(self) -> str:
        """The store's address."""
        return f"/shops/{self.merchant_id:d}/{self.store_id:d}"

    @property
    def coupon_id(self) -> CouponId:
        """The coupon that was named; 0 for none."""
        is_id = self.coupon.isascii() and self.coupon.isdigit() and len(self.coupon) <= _digits_max
        return CouponId(int(self.coupon) if is_id else NONE)

    def change(self, **values: object) -> Sheet:
        """The sheet with something else on it."""
        return msgspec.structs.replace(self, **values)


async def show_sheet(ask: Ask) -> Answer:
    """Price what is in the basket, with the best coupon unless another one was chosen.

    The sheet's key is in its address, so that who goes back and places it again has one order.
    """
    sheet = parse_sheet(ask, ask.query, table_of(ask))
    if not ask.is_signed_in:
        await ask.run(choose_coupon, _query(sheet.change(basket={SkuId(1): 1})))
    if not sheet.basket:
        return await _find_basket(ask, sheet)
    placed = await find_placed(ask, ask.query.key, sheet.basket)
    if not ask.query.key or (placed and is_gone(placed, ask.house.now())):
        return ask.go(_renew(ask))
    return await _show(ask, sheet, {}, placed=placed)


async def place(ask: Ask) -> Answer:
    """Place the order, and go on to pay it; a sheet that was placed leads to its order."""
    sheet = parse_sheet(ask, ask.form, table_of(ask))
    if not sheet.basket:
        return ask.go(sheet.base, mark("Your basket is empty."), kind="info")
    key = ask.form.key
    try:
        placed = await find_placed(ask, key, sheet.basket)
        if placed and not is_gone(placed, ask.house.now()):
            said = mark("This basket was ordered already: here is the order.")
            return ask.go(f"/orders/{placed.order_id:d}/pay?new=1", said, kind="info")
        command = fill(
            PlaceOrder,
            merchant_id=sheet.merchant_id,
            store_id=sheet.store_id,
            lines=lines_of(sheet.basket),
            kind=sheet.kind,
            place_id=PlaceId(sheet.place_id),
            coupon_id=sheet.coupon_id or _best(ask, sheet),
            note=sheet.note,
        )
        # What became of nothing is ordered anew, and that once as well, however often it is sent.
        order = await ask.run(
            place_orders, command, key=f"{key}.{placed.order_id:d}" if placed else key
        )
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show(ask, sheet, {}, failure=failure)
    if key:
        remember_placed(ask, key, sheet.basket, order)
    return ask.go(f"/orders/{order.order_id:d}/pay?new=1")


def _best(ask: Ask, sheet: Sheet) -> CouponId:
    """The coupon that the sheet chose by itself, and showed; 0 for none."""
    return (
        NO_COUPON if sheet.coupon else sheet.change(coupon=ask.form.text("best_coupon")).coupon_id
    )


async def _find_basket(ask: Ask, sheet: Sheet) -> Answer:
    """Nothing to order in the address: the browser may have a basket, else the shop has goods."""
    if ask.is_htmx:  # the last thing was taken out
        return ask.go(sheet.base, mark("Your basket is empty."), kind="info")
    shop = await shop_of(ask, sheet.merchant_id)
    frame = await frame_of(ask, has_unread=False)
    is_named = "i" in ask.query.values
    return show(ask, "checkout/basket.html", frame, sheet=sheet, shop=shop, is_named=is_named)


def _renew(ask: Ask) -> str:
    """The address of the sheet with a key of its own."""
    pairs = [
        (name, text)
        for name, texts in ask.query.values.items()
        for text in texts
        if name != KEY_FIELD
    ]
    return f"{ask.path}?{urlencode([*pairs, (KEY_FIELD, ask.key)])}"


def table_of(ask: Ask) -> Here | None:
    """The table of this store whose code was scanned last."""
    here = find_here(ask)
    store = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    return here if here and here.kind is PlaceKind.TABLE and here.is_at(*store) else None


def parse_sheet(ask: Ask, form: Form, table: Here | None) -> Sheet:
    """What the address or the form says; who scanned a table eats there unless they object."""
    is_away = table is None or form.text("kind") == OrderKind.TAKE_AWAY
    return Sheet(
        merchant_id=ask.id("merchant_id", MerchantId),
        store_id=ask.id("store_id", StoreId),
        basket=parse_basket(form),
        kind=OrderKind.TAKE_AWAY if is_away else OrderKind.DINE_IN,
        place_id=table.place_id if table and not is_away else NONE,
        coupon=form.text("coupon")[:_digits_max],
        note=form.text("note")[:_note_characters_max],
        key=form.key or ask.key,
    )


def _query(sheet: Sheet) -> ChooseCoupon:
    return ChooseCoupon(
        merchant_id=sheet.merchant_id,
        store_id=sheet.store_id,
        lines=lines_of(sheet.basket),
        kind=sheet.kind,
        place_id=PlaceId(sheet.place_id),
        coupon_id=sheet.coupon_id,
        is_without=sheet.coupon == "none",
    )


async def _price(ask: Ask, sheet: Sheet) -> tuple[Sheet, CouponChoices | None, str]:
    """The sheet as it can be priced, its price, and what had to be changed for it."""
    try:
        priced = await ask.run(choose_coupon, _query(sheet))
        if not _is_idle(sheet, priced):
            return sheet, priced, ""
        # The basket has become too small for the coupon that was chosen: another may do.
        changed, why = sheet.change(coupon=""), ""
    except Failure as failure:
        mended, why = _mend(sheet, failure), ask.explain(failure)
        if mended is None:
            return sheet, None, why
        changed = mended
    if not changed.basket:
        return changed, None, why
    found, choices, _ = await _price(ask, changed)
    return found, choices, why


def _is_idle(sheet: Sheet, choices: CouponChoices) -> bool:
    """Whether the coupon that was named does nothing for this basket."""
    return bool(sheet.coupon_id) and all(
        one.coupon.coupon_id != sheet.coupon_id or not one.saves_fen for one in choices.choices
    )


def _mend(sheet: Sheet, failure: Failure) -> Sheet | None:
    """The sheet without what cannot be had; None when nothing helps."""
    match failure.code:
        case "orders.not_on_sale":
            gone = int(str(failure.fields["sku_id"]))
            left = {sku: count for sku, count in sheet.basket.items() if int(sku) != gone}
            return sheet.change(basket=left) if left != sheet.basket else None
        case code if code.startswith("coupons.") and sheet.coupon_id:
            return sheet.change(coupon="")
        case "places.not_found" if sheet.place_id:
            return sheet.change(place_id=NONE, kind=OrderKind.TAKE_AWAY)
        case _:
            return None


async def _show(
    ask: Ask,
    sheet: Sheet,
    errors: dict[str, str],
    *,
    failure: Failure | None = None,
    placed: Order | None = None,
) -> Answer:
    shop = await shop_of(ask, sheet.merchant_id)
    store = await ask.run(
        read_store, ReadStore(merchant_id=sheet.merchant_id, store_id=sheet.store_id)
    )
    sheet, priced, why = await _price(ask, sheet)
    if not sheet.basket:
        return ask.go(sheet.base, why, kind="warning")
    short_sku = ""
    if failure is not None:
        errors = _told(ask, failure, priced)
        # What had to be changed is why the order was refused: it need not be said twice.
        why = ""
        short_sku = str(failure.fields.get("sku_id", ""))
    return show(
        ask,
        "checkout/page.html",
        await frame_of(ask, zone=store.time_zone, has_unread=False),
        status=422 if errors else 200,
        sheet=sheet,
        shop=shop,
        store=store,
        table=table_of(ask),
        priced=priced,
        why=why,
        errors=errors,
        short_sku=short_sku,
        placed=placed,
        again=_renew(ask),
    )


def _told(ask: Ask, failure: Failure, priced: CouponChoices | None) -> dict[str, str]:
    """Why the order was refused and what to do: of things that are short, which."""
    if isinstance(failure, Wrong):
        return ask.mistakes(failure)
    sku, available = str(failure.fields.get("sku_id", "")), failure.fields.get("available")
    lines = priced.quote.lines if priced else []
    names = [one.name for one in lines if str(int(one.sku_id)) == sku]
    if failure.code != "stock.insufficient" or not names or not isinstance(available, int):
        return {"": advise(ask, failure)}
    if available <= 0:
        text = mark("{name} is sold out: take it off the order, and place it again.")
    else:
        text = mark("Only {available} of {name} are left: change the quantity below.")
    return {"": ask.words(text, name=names[0], available=available)}


ROUTES = (
    PageRoute("GET", _ORDER, show_sheet),
    PageRoute("POST", _ORDER, place),
)
