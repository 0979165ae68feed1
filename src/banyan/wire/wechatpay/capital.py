"""Banks, provinces and cities as WeChat Pay's programs choose from them."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

_alias_first = 1_000_009_000
_city_step = 100
_branch_step = 10_000


class Province(msgspec.Struct, frozen=True):
    """A province with its cities, by their codes."""

    code: int
    name: str
    cities: dict[int, str]


class Bank(msgspec.Struct, frozen=True):
    """A bank; `alias` is how it is chosen."""

    code: int
    name: str
    needs_branch: bool
    starts: tuple[str, ...]
    """How numbers of its cards begin."""

    @property
    def alias(self) -> str:
        """Its code where branches are asked for."""
        return str(_alias_first + self.code)


class Capital(msgspec.Struct, frozen=True):
    """All of it."""

    provinces: list[Province]
    banks: list[Bank]

    def find_province(self, code: int) -> Province | None:
        """The province of a code."""
        return next((one for one in self.provinces if one.code == code), None)

    def find_city(self, code: int) -> str | None:
        """The name of a city."""
        province = self.find_province(code // _city_step)
        return None if province is None else province.cities.get(code)

    def find_bank(self, alias: str) -> Bank | None:
        """The bank of an alias."""
        return next((one for one in self.banks if one.alias == alias), None)

    def search(self, number: str) -> list[Bank]:
        """The banks whose cards begin as this number does."""
        return [one for one in self.banks if any(number.startswith(it) for it in one.starts)]


def list_branches(bank: Bank, city_code: int, city: str) -> list[tuple[str, str]]:
    """The branches of a bank in a city (id, name): its head branch there, and its counter."""
    first = bank.code * 10 * _branch_step + city_code * 10
    return [
        (f"{first + place:012d}", f"{bank.name}股份有限公司{city}{name}")
        for place, name in enumerate(("分行", "分行营业部"))
    ]


@cache
def read_capital() -> Capital:
    """The list, read once."""
    given = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    provinces = []
    for code, text in given["provinces"].items():
        name, _, cities = text.partition(": ")
        named = {
            int(code) * _city_step + place: city
            for place, city in enumerate(cities.split(), start=1)
        }
        provinces.append(Province(int(code), name, named))
    banks = [
        Bank(int(code), name, needs_branch, tuple(starts.split()))
        for code, (name, needs_branch, starts) in given["banks"].items()
    ]
    return Capital(provinces, banks)
