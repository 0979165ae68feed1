"""How the order history of another system is to be read: a TOML file says what its columns mean."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from banyan.base.errors import Invalid

_READY = Path(__file__).parent / "mappings"

Heading = str | list[str]
"""The name of a column, or several names of which the first that the file has is taken."""


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which column holds what."""

    order: Heading
    """The number of the order a row belongs to."""
    sku: Heading
    quantity: Heading
    time: Heading
    """When it was sold."""
    unit_price: Heading
    description: Heading = ""
    customer: Heading = ""
    """Empty cells: nobody knows who bought it."""
    currency: Heading = ""
    """Rows in another currency than the merchant's are refused."""
    store: Heading = ""
    """Each name becomes a store of the merchant; a country can serve as one."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What some rows mean."""

    cancellation_prefix: str = ""
    """An order number that begins so takes back units of the customer's earlier orders."""
    adjustment_prefixes: list[str] = []
    """An order number that begins so is bookkeeping, not a sale: refused."""
    not_goods: list[str] = []
    """SKUs that are charges and not goods: sold, but not put on the shelf."""
    free_lines: Literal["accept", "refuse"] = "accept"
    """What becomes of a price of zero."""


class Means(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How orders were paid: neither is Banyan's wallet, which had no part in it."""

    known: Literal["cash", "other"] = "other"
    """By customers who are named."""
    unknown: Literal["cash", "other"] = "cash"


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole mapping."""

    name: Annotated[
        str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9.-]*$(?!\n)")
    ]
    """Names the other system: its order and customer numbers are known under this name."""
    columns: Columns
    rules: Rules = Rules()
    means: Means = Means()
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "CNY"
    """Of prices in rows that name none."""
    time_zone: str = "UTC"
    """Of times that name none."""
    time_format: str = ""
    """As of strptime; empty: ISO 8601."""
    encoding: str = "utf8"
    delimiter: Annotated[
        str, msgspec.Meta(min_length=1, max_length=1, pattern=r"^[\x01-\x09\x0b\x0c\x0e-\x7f]$")
    ] = ","

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


def list_mappings() -> list[str]:
    """The names of the mappings that are ready to use."""
    return sorted(path.stem for path in _READY.glob("*.toml"))


def read_mapping(name: str) -> Mapping:
    """A mapping by the name of a ready one, or by the path of a file.

    Raises Invalid `mapping.not_found`, `mapping.malformed`, `mapping.unknown_encoding`,
    `mapping.unknown_time_zone`.
    """
    path = _READY / f"{name}.toml" if name in list_mappings() else Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid("mapping.not_found", name=name, ready=list_mappings()) from None
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid("mapping.malformed", name=name, why=str(error)) from None
    try:
        "".encode(mapping.encoding)
    except (LookupError, ValueError):
        raise Invalid("mapping.unknown_encoding", encoding=mapping.encoding) from None
    try:
        _ = mapping.zone
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid("mapping.unknown_time_zone", time_zone=mapping.time_zone) from None
    return mapping


def find_headings(columns: Columns, names: Sequence[str]) -> dict[str, str]:
    """The name of the file's column for each field of `Columns` that it has one for.

    Raises Invalid `mapping.column_missing` for a field that must have one, or that the mapping
    names and the file lacks.
    """
    found = {}
    for field in msgspec.structs.fields(Columns):
        wanted = getattr(columns, field.name)
        options = [wanted] if isinstance(wanted, str) else wanted
        options = [option for option in options if option]
        if not options:
            continue
        name = next((option for option in options if option in names), None)
        if name is None:
            raise Invalid(
                "mapping.column_missing", field=field.name, wanted=options, found=list(names)[:50]
            )
        found[field.name] = name
    return found
