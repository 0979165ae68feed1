"""CSV goes out as Excel wants it and comes back the same; what is no table is refused by name."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.wire.sheets import (
    COLUMNS,
    parse_goods,
    parse_table,
    render_goods_template,
    render_table,
)

NAMES = ("name", "price")
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def test_a_file_begins_with_the_mark_that_excel_looks_for() -> None:
    content = render_table(NAMES, [("铁观音", "18.00")])
    assert content == "\ufeffname,price\r\n铁观音,18.00\r\n".encode()


@example([("=1+1", "\t=2")])
@example([("", "\t")])
@example([("'=1+1", "''")])
@example([("-7.00", "'-7.00")])
@example([('a"b', "line one\r\nline two"), ("a,b", ";")])
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    expected = [tuple(cell.strip() for cell in row) for row in rows]
    found = parse_table(render_table(NAMES, rows), NAMES)
    assert [tuple(row.values()) for _, row in found] == [row for row in expected if any(row)]


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", "+1", "-", "-1+1", "-1.", "-a", "@x", "\t=x", "'=1", "'-1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    content = render_table(NAMES, [(cell, "")]).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(content, newline=""))
    assert row[0].startswith("'")


@pytest.mark.parametrize("cell", ["-7.00", "-1", "0.00", "7.00"])
def test_a_number_stays_a_number(cell: str) -> None:
    content = render_table(NAMES, [(cell, "")])
    assert content.decode("utf-8-sig").splitlines()[1] == f"{cell},"
    assert parse_table(content, NAMES) == [(2, {"name": cell, "price": ""})]


def test_columns_may_come_in_any_order_and_be_missing() -> None:
    assert parse_table("Price , name\n1,a\n\n ,\n2,b", NAMES) == [
        (2, {"price": "1", "name": "a"}),
        (5, {"price": "2", "name": "b"}),
    ]
    assert parse_table("name\na", NAMES) == [(2, {"name": "a"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_heading_tells_the_delimiter(delimiter: str) -> None:
    text = f"name{delimiter}price\na{delimiter}1"
    assert parse_table(text, NAMES) == [(2, {"name": "a", "price": "1"})]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "sheets.no_heading"),
        ("\n\n", "sheets.no_heading"),
        (b"\xd0\xd0", "sheets.not_utf8"),
        ("name,colour\na,b", "sheets.unknown_column"),
        ("name,name\na,b", "sheets.column_twice"),
        ("name,price\na,b,c", "sheets.malformed"),
        ('name,price\na,"b', "sheets.malformed"),
        ('name,price\na,"b"c', "sheets.malformed"),
        ("name,price\n" + "x" * 10_001 + ",1", "sheets.malformed"),
        ("name,price\n" + "x" * 200_000 + ",1", "sheets.malformed"),
        ("\x00\x01\x02", "sheets.unknown_column"),
        ("<html><script>", "sheets.unknown_column"),
    ],
)
def test_what_is_no_table_is_refused_by_name(content: str | bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_table(content, NAMES)
    assert refused.value.code == code


def test_a_malformed_row_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        parse_table("name,price\na,1\nb,2,3", NAMES)
    assert refused.value.fields == {"row": 3}


def test_the_template_has_every_column_and_is_a_file_that_can_be_taken_in() -> None:
    heading = render_goods_template().decode("utf-8-sig").splitlines()[0]
    assert heading == ",".join(COLUMNS)
    assert heading == (
        "sku_code,product_code,product,variant,category,description,price,barcode,"
        "is_tracked,is_on_sale"
    )
    rows = parse_goods(render_goods_template())
    assert [(number, row.sku_code, row.price) for number, row in rows] == [
        (2, "TGY-M", "18.00"),
        (3, "TGY-L", "22.50"),
    ]
