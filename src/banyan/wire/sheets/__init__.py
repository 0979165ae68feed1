"""Sheets: tables as spreadsheet programs write and read them."""

from banyan.wire.sheets.catalogue import (
    COLUMNS,
    GoodsRow,
    parse_goods,
    render_goods,
    render_goods_template,
)
from banyan.wire.sheets.table import parse_table, render_table

__all__ = (
    "COLUMNS",
    "GoodsRow",
    "parse_goods",
    "parse_table",
    "render_goods",
    "render_goods_template",
    "render_table",
)
