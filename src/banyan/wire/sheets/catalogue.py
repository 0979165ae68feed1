"""The file of products that merchants edit in a spreadsheet; its columns keep their names."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from banyan.wire.sheets.table import parse_table, render_table


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsRow:
    """One SKU as text."""

    sku_code: str = ""
    product_code: str = ""
    product: str = ""
    variant: str = ""
    category: str = ""
    description: str = ""
    price: str = ""
    barcode: str = ""
    is_tracked: str = ""
    is_on_sale: str = ""


COLUMNS = tuple(one.name for one in fields(GoodsRow))
_needed = ("sku_code",)
"""Without it no row says what it is about."""

_examples = (
    GoodsRow(
        sku_code="TGY-M",
        product_code="TGY",
        product="铁观音 Tieguanyin",
        variant="中杯 medium",
        category="乌龙茶 Oolong",
        description="安溪春茶 spring harvest",
        price="18.00",
        barcode="6901234567892",
        is_tracked="yes",
        is_on_sale="yes",
    ),
    GoodsRow(
        sku_code="TGY-L",
        product_code="TGY",
        variant="大杯 large",
        price="22.50",
        is_tracked="yes",
        is_on_sale="yes",
    ),
)


def parse_goods(content: str | bytes) -> list[tuple[int, GoodsRow]]:
    """The rows with their numbers in the file.

    Raises Invalid as `parse_table` does. What stands in the cells is for the catalogue to judge.
    """
    return [(number, GoodsRow(**cells)) for number, cells in parse_table(content, COLUMNS, _needed)]


def render_goods(rows: Iterable[GoodsRow]) -> bytes:
    """A file that an import takes in again."""
    return render_table(COLUMNS, (astuple(row) for row in rows))


def render_goods_template() -> bytes:
    """A file with the heading and an example of a product in two sizes."""
    return render_goods(_examples)
