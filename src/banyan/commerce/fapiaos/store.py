"""Every SQL statement on schema `fapiaos`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.commerce.fapiaos.types import (
    Fapiao,
    FapiaoFacts,
    FapiaoState,
    Goods,
    Mark,
    Paper,
    Seller,
    Settings,
)
from banyan.commerce.invoices import TitleFacts
from banyan.parties.ids import MerchantId

_find_settings = """
select callback_url, shows_cell, has_vat, seller from fapiaos.settings where merchant_id = $1
"""

_set_settings = """
insert into fapiaos.settings (merchant_id, callback_url, shows_cell, has_vat, seller)
values ($1, $2, $3, $4, $5)
on conflict (merchant_id) do update
set callback_url = excluded.callback_url, shows_cell = excluded.shows_cell,
    has_vat = excluded.has_vat, seller = excluded.seller
"""

_delete_goods = "delete from fapiaos.goods where merchant_id = $1"

_insert_goods = """
insert into fapiaos.goods (merchant_id, tax_code, name, category, rate_bp, mark)
select $1, u.tax_code, u.name, u.category, u.rate_bp, u.mark
from unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::text[]) as u (
    tax_code, name, category, rate_bp, mark
)
"""

_list_goods = """
select tax_code, name, category, rate_bp, mark from fapiaos.goods
where merchant_id = $1
order by tax_code, name
offset $2
limit $3
"""

_count_goods = "select count(*) from fapiaos.goods where merchant_id = $1"

_find_goods = """
select distinct on (tax_code) tax_code, name, category, rate_bp, mark from fapiaos.goods
where merchant_id = $1 and tax_code = any($2)
order by tax_code, name
"""

_set_template = """
insert into fapiaos.templates (merchant_id, channel_id, kind_id) values ($1, $2, $3)
on conflict (merchant_id, channel_id) do update set kind_id = excluded.kind_id
"""

_find_template = """
select kind_id from fapiaos.templates where merchant_id = $1 and channel_id = $2
"""

_find_channel = """
select channel_id from fapiaos.templates where merchant_id = $1 order by channel_id desc limit 1
"""

_insert_application = """
insert into fapiaos.applications (merchant_id, apply_no, channel_id, told_id, created_at)
values ($1, $2, $3, $4, $5)
on conflict (merchant_id, apply_no) do nothing
"""

_find_application = """
select merchant_id, apply_no, channel_id, told_id from fapiaos.applications
where merchant_id = $1 and apply_no = $2
"""

_lock_application = f"{_find_application} for update"

_find_of_channel = """
select merchant_id, apply_no, channel_id, told_id from fapiaos.applications
where channel_id = $1 and apply_no = $2
"""

_insert_fapiao = """
insert into fapiaos.fapiaos (
    merchant_id, apply_no, fapiao_no, channel_id, told_id, person_id, code, state, digest, buyer,
    facts, blue, paper_id, issued_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

_find_fapiao = """
select merchant_id, apply_no, fapiao_no, channel_id, told_id, person_id, code, state, digest,
    buyer, facts, blue, red, paper_id, reason, issued_at, reversed_at
from fapiaos.fapiaos
where merchant_id = $1 and apply_no = $2
"""

_lock_fapiao = f"{_find_fapiao} for update"

_set_reversed = """
update fapiaos.fapiaos set state = 'reversed', red = $3, reason = $4, reversed_at = $5
where merchant_id = $1 and apply_no = $2
"""


class Application(msgspec.Struct, frozen=True):
    """A payment for which somebody was asked what they are called."""

    merchant_id: int
    apply_no: str
    channel_id: int
    told_id: int


async def find_settings(db: Connection, merchant_id: int) -> Settings:
    """How a merchant makes invoices; the usual where it said nothing."""
    row = await db.fetchrow(_find_settings, merchant_id)
    if row is None:
        return Settings()
    return Settings(**{**row, "seller": msgspec.convert(row["seller"], Seller)})


async def set_settings(db: Connection, merchant_id: int, one: Settings) -> None:
    """Write how a merchant makes invoices."""
    await db.execute(
        _set_settings, merchant_id, one.callback_url, one.shows_cell, one.has_vat, one.seller
    )


async def replace_goods(db: Connection, merchant_id: int, goods: Sequence[Goods]) -> None:
    """Have these be the goods of a merchant, and no others."""
    await db.execute(_delete_goods, merchant_id)
    await db.execute(
        _insert_goods,
        merchant_id,
        [one.tax_code for one in goods],
        [one.name for one in goods],
        [one.category for one in goods],
        [one.rate_bp for one in goods],
        [one.mark.value for one in goods],
    )


async def list_goods(
    db: Connection, merchant_id: int, offset: int, limit: int
) -> tuple[int, list[Goods]]:
    """How many goods there are, and some of them in order."""
    rows = await db.fetch(_list_goods, merchant_id, offset, limit)
    return await db.fetchval(_count_goods, merchant_id), [_goods(row) for row in rows]


async def find_goods(db: Connection, merchant_id: int, codes: Sequence[str]) -> dict[str, Goods]:
    """The first of the goods of each code, of those that there are."""
    rows = await db.fetch(_find_goods, merchant_id, codes)
    return {row["tax_code"]: _goods(row) for row in rows}


async def set_template(db: Connection, merchant_id: int, channel_id: int, kind_id: str) -> None:
    """Write as which cards an account's come into hands."""
    await db.execute(_set_template, merchant_id, channel_id, kind_id)


async def find_template(db: Connection, merchant_id: int, channel_id: int) -> str:
    """As which cards an account's come into hands; empty if it was never said."""
    return await db.fetchval(_find_template, merchant_id, channel_id) or ""


async def find_channel(db: Connection, merchant_id: int) -> int:
    """The latest account with a template, or 0."""
    found: int | None = await db.fetchval(_find_channel, merchant_id)
    return found or 0


async def insert_application(db: Connection, one: Application, at: datetime) -> None:
    """Write that somebody is asked; once a payment."""
    fields = msgspec.structs.astuple(one)
    await db.execute(_insert_application, *fields, at)


async def find_application(
    db: Connection, merchant_id: int, apply_no: str, *, is_locked: bool = False
) -> Application | None:
    """The payment for which somebody was asked, or None."""
    statement = _lock_application if is_locked else _find_application
    row = await db.fetchrow(statement, merchant_id, apply_no)
    return Application(**row) if row else None


async def find_of_channel(db: Connection, channel_id: int, apply_no: str) -> Application | None:
    """The payment for which an account asked somebody, or None."""
    row = await db.fetchrow(_find_of_channel, channel_id, apply_no)
    return Application(**row) if row else None


async def insert_fapiao(db: Connection, one: Fapiao, digest: bytes) -> None:
    """Add what was issued."""
    await db.execute(
        _insert_fapiao,
        one.merchant_id,
        one.apply_no,
        one.fapiao_no,
        one.channel_id,
        one.told_id,
        one.person_id,
        one.code,
        one.state.value,
        digest,
        one.buyer,
        one.facts,
        one.blue,
        one.paper_id,
        one.issued_at,
    )


async def find_fapiao(
    db: Connection, merchant_id: int, apply_no: str, *, is_locked: bool = False
) -> tuple[bytes, Fapiao] | None:
    """What was issued for a payment and the digest of how it was asked for, or None."""
    row = await db.fetchrow(_lock_fapiao if is_locked else _find_fapiao, merchant_id, apply_no)
    return (row["digest"], _fapiao(row)) if row else None


async def set_reversed(db: Connection, one: Fapiao) -> None:
    """Write that it was taken back."""
    await db.execute(
        _set_reversed, one.merchant_id, one.apply_no, one.red, one.reason, one.reversed_at
    )


def _goods(row: asyncpg.Record) -> Goods:
    return Goods(**{**row, "mark": Mark(row["mark"])})


def _fapiao(row: asyncpg.Record) -> Fapiao:
    red = row["red"]
    return Fapiao(
        merchant_id=MerchantId(row["merchant_id"]),
        apply_no=row["apply_no"],
        fapiao_no=row["fapiao_no"],
        channel_id=Id(row["channel_id"]),
        told_id=Id(row["told_id"]),
        person_id=Id(row["person_id"]),
        code=row["code"],
        state=FapiaoState(row["state"]),
        buyer=msgspec.convert(row["buyer"], TitleFacts),
        facts=msgspec.convert(row["facts"], FapiaoFacts),
        blue=msgspec.convert(row["blue"], Paper),
        red=None if red is None else msgspec.convert(red, Paper),
        paper_id=Id(row["paper_id"]),
        reason=row["reason"],
        issued_at=row["issued_at"],
        reversed_at=row["reversed_at"],
    )
