"""Mappings say what columns mean; a wrong one says what is wrong with it."""

from pathlib import Path

import pytest

from banyan.base.errors import Invalid
from banyan.wire.sheets.mapping import find_headings, list_mappings, read_mapping

UCI = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price")
UCI_ALL = (*UCI, "Customer ID", "Country")
NOWHERE = """
name = "a"
time_zone = "Mars/Base"
[columns]
order = "o"
sku = "s"
quantity = "q"
time = "t"
unit_price = "u"
"""


def test_all_ready_mappings_can_be_read() -> None:
    assert list_mappings() == ["online-retail-ii", "simple"]
    for name in list_mappings():
        assert read_mapping(name).name == name


def test_the_first_name_that_the_file_has_is_the_column() -> None:
    columns = read_mapping("online-retail-ii").columns
    found = find_headings(columns, UCI_ALL)
    assert found["customer"] == "Customer ID"
    assert "currency" not in found
    with pytest.raises(Invalid, match=r"mapping\.column_missing") as refused:
        find_headings(columns, UCI)
    assert refused.value.fields["field"] == "customer"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name = ", "mapping.malformed"),
        ('name = "a"', "mapping.malformed"),
        ('name = "No Spaces"\n[columns]\n', "mapping.malformed"),
        (NOWHERE, "mapping.unknown_time_zone"),
    ],
)
def test_a_wrong_mapping(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(Invalid) as refused:
        read_mapping(str(path))
    assert refused.value.code == code


def test_a_mapping_that_is_not_there() -> None:
    with pytest.raises(Invalid, match=r"mapping\.not_found"):
        read_mapping("nobody")
