"""What a SKU becomes from what is said about it, and how prices are written and read."""

import re

from banyan.base.errors import Invalid
from banyan.base.limits import AMOUNT_MAX
from banyan.commerce.catalogue.types import ProductId, Sku, SkuFacts, SkuId

_price = re.compile(r"([0-9]{1,13})(?:\.([0-9]*))?")


def compute_sku(facts: SkuFacts, sku_id: SkuId, product_id: ProductId, *, code: str = "") -> Sku:
    """The SKU of those facts; without a code of its own it keeps `code` or takes its id."""
    return Sku(
        sku_id=sku_id,
        product_id=product_id,
        code=facts.code or code or str(int(sku_id)),
        variant=facts.variant,
        barcode=facts.barcode,
        price_fen=facts.price_fen,
        is_tracked=facts.is_tracked,
        is_on_sale=facts.is_on_sale,
        position=facts.position,
    )


def compute_price(text: str, exponent: int) -> int:
    """The minor units of a price in major ones: `18.5` yuan are 1850 fen, exactly.

    Raises Invalid `malformed`, `too_precise` (it names a part of a minor unit) or `out_of_range`.
    """
    found = _price.fullmatch(text)
    if found is None:
        raise Invalid("malformed")
    whole, fraction = found[1], (found[2] or "").rstrip("0")
    if len(fraction) > exponent:
        raise Invalid("too_precise")
    price_fen = int(whole + fraction.ljust(exponent, "0"))
    if price_fen > AMOUNT_MAX:
        raise Invalid("out_of_range")
    return price_fen


def write_price(price_fen: int, exponent: int) -> str:
    """The price in major units, as `compute_price` reads it."""
    if exponent == 0:
        return str(price_fen)
    whole, fraction = divmod(price_fen, 10**exponent)
    return f"{whole}.{fraction:0{exponent}}"
