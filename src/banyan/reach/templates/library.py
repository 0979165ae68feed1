"""The library from which accounts choose their templates, and the industries that there are."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from banyan.reach.templates.types import Industry

_folder = Path(__file__).parent


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A form of the library."""

    short_id: str
    title: str
    industries: list[int]
    """For which it is; 0 stands for all."""
    fields: dict[str, str]
    """The blanks between the first line and the last, each with its label."""
    example: str


@cache
def read_library() -> dict[str, Entry]:
    """Every form by its number."""
    told: dict[str, dict[str, Any]] = tomllib.loads((_folder / "library.toml").read_text())
    return {
        short_id: msgspec.convert({"short_id": short_id, **fields}, Entry)
        for short_id, fields in told.items()
    }


@cache
def read_industries() -> dict[int, Industry]:
    """Every industry by its number."""
    told = tomllib.loads((_folder / "industries.toml").read_text())
    return {
        number: Industry(number=number, first_class=first, second_class=second)
        for number, (first, second) in enumerate(told["industries"], start=1)
    }


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """A blank of a form to subscribe to; its kind says what may stand in it."""

    kid: int
    name: str
    kind: str
    example: str

    @property
    def blank(self) -> str:
        """Its name in the form, and among the values."""
        return f"{self.kind}{self.kid}"


class Subscribable(msgspec.Struct, frozen=True, kw_only=True):
    """A form to subscribe to."""

    number: int
    title: str
    category: int
    keywords: list[Keyword]


CATEGORIES = {10: "餐饮", 20: "商业服务", 30: "生活服务"}
"""What forms to subscribe to are about."""


@cache
def read_subscribables() -> dict[int, Subscribable]:
    """Every form to subscribe to by its number."""
    told = tomllib.loads((_folder / "subscriptions.toml").read_text())
    return {
        int(number): Subscribable(
            number=int(number),
            title=one["title"],
            category=one["category"],
            keywords=[
                Keyword(kid=kid, name=name, kind=kind, example=example)
                for kid, (name, kind, example) in enumerate(one["keywords"], start=1)
            ],
        )
        for number, one in told.items()
    }
