"""What somebody wants to order, as it travels in addresses and forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from banyan.base.limits import QUANTITY_MAX
from banyan.commerce.catalogue import SkuId
from banyan.commerce.orders import WantedLine
from banyan.doors.pages.forms import Form

LINES_MAX = 100
"""Most different things in a basket."""
COUNT_MAX = min(999, QUANTITY_MAX)
"""Most of one thing."""

Basket = Mapping[SkuId, int]

_digits_max = 18


def parse_basket(form: Form) -> Basket:
    """The basket in an address (`i=<sku>.<count>`) or a form (`q<sku>=<count>`).

    Whatever is malformed is passed over: the page shows what is left.
    """
    basket: dict[SkuId, int] = {}
    for sku, count in _pairs(form):
        if _is_number(sku) and _is_number(count) and 0 < int(count) <= COUNT_MAX and int(sku):
            basket[SkuId(int(sku))] = int(count)
        if len(basket) == LINES_MAX:
            break
    return basket


def _pairs(form: Form) -> Iterator[tuple[str, str]]:
    for name, texts in form.values.items():
        if name == "i":
            for text in texts:
                sku, _, count = text.partition(".")
                yield sku, count
        elif name.startswith("q"):
            yield name[1:], texts[-1].strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _digits_max


def render_basket(basket: Basket) -> str:
    """The basket as the query of an address."""
    return "&".join(f"i={int(sku)}.{count}" for sku, count in basket.items())


def lines_of(basket: Basket) -> list[WantedLine]:
    """The basket as the lines of an order."""
    return [WantedLine(sku_id=sku, quantity=count) for sku, count in basket.items()]
