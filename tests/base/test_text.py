"""Text as people type it: what may stand in a name, and what may not."""

import msgspec
import pytest

from banyan.base.text import Name, OptionalName
from banyan.commerce.catalogue.types import Barcode, GoodsCode


@pytest.mark.parametrize("name", ["榕树茶馆", "Lin's", "a b"])
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert msgspec.convert(name, Name) == name


@pytest.mark.parametrize("name", ["", " a", "a ", "a\n", "\na", "a\tb", "a\u202eb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(name, Name)


@pytest.mark.parametrize("kind", [OptionalName, GoodsCode, Barcode])
def test_a_line_break_at_the_end_is_no_part_of_it(kind: type[str]) -> None:
    """In Python `$` also matches before a last line break."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("abc\n", kind)
