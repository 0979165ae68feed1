"""Text as people type it: what may stand in a name, and what may not."""

from collections.abc import Iterator

import msgspec
import pytest

from banyan.app.registry import ROOMS
from banyan.base.text import END, Name, Note, OptionalName, Text
from banyan.commerce.catalogue.types import Barcode, GoodsCode
from banyan.parties.people import Nickname


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


HIDDEN = [
    *("\u202e", "\u202a", "\u2066", "\u200e", "\u200f", "\u061c"),  # turn the direction
    *("\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\u034f"),  # have no width
    *("\u3164", "\u115f", "\u1160", "\u2800", "\u17b4"),  # fill, and show nothing
    *("\x00", "\x1b", "\x7f", "\x85", "\u2028"),  # command a terminal, or break a line
]


@pytest.mark.parametrize("kind", [Name, OptionalName, Note, Text, Nickname])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_nothing_hides_in_what_others_will_read(kind: type[str], hidden: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(f"a{hidden}b", kind)


@pytest.mark.parametrize("kind", [Name, Note, Text])
@pytest.mark.parametrize("seen", ["👨\u200d👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "שלום", "Ω 茶"])
def test_what_people_spell_with_joiners_or_from_right_to_left_stays(
    kind: type[str], seen: str
) -> None:
    assert msgspec.convert(seen, kind) == seen


@pytest.mark.parametrize("kind", [Name, OptionalName, Nickname])
@pytest.mark.parametrize("unseen", ["\u200d", "\u200c\u200d", "\ufe0f"])
def test_joiners_that_join_nothing_are_no_name(kind: type[str], unseen: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(unseen, kind)


def test_lines_may_break_and_a_note_may_not() -> None:
    assert msgspec.convert("a\r\n\tb\n", Text) == "a\r\n\tb\n"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("a\nb", Note)


def _patterns(info: object, seen: set[object]) -> Iterator[str]:
    """Every pattern within a type."""
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls in seen:
            return
        seen.add(info.cls)
    if isinstance(info, msgspec.inspect.StrType) and info.pattern:
        yield info.pattern
    if isinstance(info, msgspec.Struct):
        for name in info.__struct_fields__:
            yield from _patterns(getattr(info, name), seen)
    elif isinstance(info, (list, tuple)):
        for one in info:
            yield from _patterns(one, seen)


def test_no_pattern_of_a_command_lets_a_line_break_in_at_its_end() -> None:
    commands = [one.command_type for room in ROOMS for one in room.operations]
    patterns = set(_patterns(msgspec.inspect.multi_type_info(commands), set()))
    assert len(patterns) > 10
    assert {one for one in patterns if not one.endswith(END)} == set()
