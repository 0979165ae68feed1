"""Every SQL statement on schema `invoices`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.commerce.invoices.types import (
    Invoice,
    InvoiceFacts,
    InvoiceState,
    PaperId,
    Purpose,
    Request,
    RequestId,
    RequestState,
    Title,
    TitleFacts,
    TitleId,
)
from banyan.reach.channels import ChannelId

_insert_request = """
insert into invoices.requests (
    channel_id, request_id, purpose, token, order_name, amount_fen, source, redirect_url, attach,
    offered, state, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11)
on conflict (channel_id, order_name) where purpose = 'order' do nothing
returning request_id
"""

_request_columns = """
select channel_id, request_id, purpose, token, order_name, amount_fen, source, redirect_url, attach,
    offered, state, person_id, title, why, created_at, answered_at
from invoices.requests
"""
_find_by_token = f"{_request_columns} where token = $1"
_lock_by_token = f"{_request_columns} where token = $1 for update"
_find_of_order = (
    f"{_request_columns} where channel_id = $1 and order_name = $2 and purpose = 'order'"
)
_lock_of_order = f"{_find_of_order} for update"

_set_answered = """
update invoices.requests set state = 'answered', person_id = $3, title = $4, answered_at = $5
where channel_id = $1 and request_id = $2
"""

_set_request_state = """
update invoices.requests set state = $3, why = $4 where channel_id = $1 and request_id = $2
"""

_insert_invoice = """
insert into invoices.invoices (
    channel_id, code, kind_id, order_name, person_id, facts, paper_id, trip_paper_id, state,
    created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'init', $9)
on conflict do nothing
returning code
"""

_invoice_columns = """
select i.channel_id, i.code, i.kind_id, k.payee, k.name as kind_name, i.order_name, i.person_id,
    i.facts, i.paper_id, i.trip_paper_id, i.state, i.locked_by, i.created_at
from invoices.invoices i
inner join invoices.kinds k on i.channel_id = k.channel_id and i.kind_id = k.kind_id
"""
_find_invoice = f"{_invoice_columns} where i.channel_id = $1 and i.code = $2"
_list_of_person = f"""
{_invoice_columns}
where i.person_id = $1 and (i.created_at, i.code) < ($2, $3)
order by i.created_at desc, i.code desc
limit $4
"""

# Rivals take the rows in one order, so that none waits for another in a circle.
_lock_shown = """
select s.token, i.channel_id, i.code, i.person_id, i.state, i.locked_by
from invoices.shown s
inner join invoices.invoices i on s.issuer_id = i.channel_id and s.code = i.code
where s.channel_id = $1 and s.token = any($2)
order by i.channel_id, i.code
for update of i
"""

_find_shown = f"""
{_invoice_columns}
inner join invoices.shown s on s.issuer_id = i.channel_id and s.code = i.code
where s.channel_id = $1 and s.token = $2
"""

_lock_invoice = """
select '' as token, channel_id, code, person_id, state, locked_by
from invoices.invoices
where channel_id = $1 and code = $2
for update
"""

_set_invoice_state = """
update invoices.invoices set state = $3, locked_by = $4 where channel_id = $1 and code = $2
"""

_insert_shown = """
insert into invoices.shown (channel_id, token, issuer_id, code, person_id, shown_at)
values ($1, $2, $3, $4, $5, $6)
"""

_insert_paper = """
insert into invoices.papers (channel_id, paper_id, file, created_at) values ($1, $2, $3, $4)
"""
_find_paper = """
select file, created_at from invoices.papers where channel_id = $1 and paper_id = $2
"""
_set_opening = """
update invoices.papers set token = $3, token_until = $4 where channel_id = $1 and paper_id = $2
"""
_find_opened = "select file from invoices.papers where token = $1 and token_until > $2"

_find_settings = """
select fields, merchant_number, platform, contact from invoices.settings where channel_id = $1
"""

_lock_settings = """
insert into invoices.settings as s (channel_id) values ($1)
on conflict (channel_id) do update set platform = s.platform
returning fields, merchant_number, platform, contact
"""

_set_settings = """
update invoices.settings
set fields = $2, merchant_number = $3, platform = $4, contact = $5
where channel_id = $1
"""

_insert_kind = """
insert into invoices.kinds (channel_id, kind_id, payee, name, facts, created_at)
values ($1, $2, $3, $4, $5, $6)
"""
_count_kinds = "select count(*) from invoices.kinds where channel_id = $1"
_find_kind = "select payee, name from invoices.kinds where channel_id = $1 and kind_id = $2"

_insert_title = """
insert into invoices.titles (person_id, title_id, token, facts, changed_at)
values ($1, $2, $3, $4, $5)
"""
_list_titles = """
select title_id, token, facts from invoices.titles
where person_id = $1
order by changed_at desc, title_id
limit $2
"""
_set_title = """
update invoices.titles set facts = $3, changed_at = $4 where person_id = $1 and title_id = $2
returning title_id
"""
_delete_title = """
delete from invoices.titles where person_id = $1 and title_id = $2 returning title_id
"""
_find_title = "select title_id, token, facts from invoices.titles where token = $1"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Whom people may ask about their invoices."""

    phone: str = ""
    timeout_s: int = 0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an account asks for, and which payments it makes invoices for."""

    fields: dict[str, Any] | None = None
    """Which of a title's parts are shown and needed, as its program wrote them."""
    merchant_number: str = ""
    platform: str = ""
    contact: Contact | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A locked invoice, as far as it moves."""

    token: str
    channel_id: int
    code: str
    person_id: int
    state: InvoiceState
    locked_by: int


async def insert_request(db: Connection, request: Request) -> bool:
    """Add a request; False if there is one for that order."""
    found = await db.fetchval(
        _insert_request,
        request.channel_id,
        request.request_id,
        request.purpose.value,
        request.token,
        request.order_name,
        request.amount_fen,
        request.source,
        request.redirect_url,
        request.attach,
        request.offered,
        request.created_at,
    )
    return found is not None


async def find_by_token(db: Connection, token: str, *, is_locked: bool = False) -> Request | None:
    """Return the request of a token, or None."""
    row = await db.fetchrow(_lock_by_token if is_locked else _find_by_token, token)
    return _request(row) if row else None


async def find_of_order(
    db: Connection, channel_id: int, order_name: str, *, is_locked: bool = False
) -> Request | None:
    """Return the request for the invoice of an order, or None."""
    row = await db.fetchrow(_lock_of_order if is_locked else _find_of_order, channel_id, order_name)
    return _request(row) if row else None


async def set_answered(
    db: Connection, request: Request, person_id: int, title: TitleFacts, now: datetime
) -> None:
    """Write what somebody said."""
    await db.execute(_set_answered, request.channel_id, request.request_id, person_id, title, now)


async def set_request_state(
    db: Connection, request: Request, state: RequestState, why: str = ""
) -> None:
    """Write how far a request is."""
    await db.execute(_set_request_state, request.channel_id, request.request_id, state.value, why)


async def insert_invoice(db: Connection, invoice: Invoice) -> bool:
    """Add an invoice; False if there is one for that order, or of that code."""
    found = await db.fetchval(
        _insert_invoice,
        invoice.channel_id,
        invoice.code,
        invoice.kind_id,
        invoice.order_name,
        invoice.person_id,
        invoice.facts,
        invoice.paper_id,
        invoice.trip_paper_id,
        invoice.created_at,
    )
    return found is not None


async def find_invoice(db: Connection, channel_id: int, code: str) -> Invoice | None:
    """Return an invoice, or None."""
    row = await db.fetchrow(_find_invoice, channel_id, code)
    return _invoice(row) if row else None


async def find_shown(db: Connection, channel_id: int, token: str) -> Invoice | None:
    """Return the invoice that somebody let an account see under a token, or None."""
    row = await db.fetchrow(_find_shown, channel_id, token)
    return _invoice(row) if row else None


async def list_of_person(
    db: Connection, person_id: int, before: datetime, code: str, limit: int
) -> list[Invoice]:
    """Return somebody's invoices, the newest first."""
    rows = await db.fetch(_list_of_person, person_id, before, code, limit)
    return [_invoice(row) for row in rows]


async def lock_shown(db: Connection, channel_id: int, tokens: Sequence[str]) -> list[Held]:
    """Lock the invoices that an account may see under these tokens."""
    return [_held(row) for row in await db.fetch(_lock_shown, channel_id, tokens)]


async def lock_invoice(db: Connection, channel_id: int, code: str) -> Held | None:
    """Lock an invoice of the account that issued it, or return None."""
    row = await db.fetchrow(_lock_invoice, channel_id, code)
    return _held(row) if row else None


async def set_invoice_state(
    db: Connection, held: Held, state: InvoiceState, locked_by: int
) -> None:
    """Write whether a locked invoice was handed in, and to whom."""
    await db.execute(_set_invoice_state, held.channel_id, held.code, state.value, locked_by)


async def insert_shown(
    db: Connection, channel_id: int, token: str, invoice: Invoice, now: datetime
) -> None:
    """Let an account see an invoice under a token."""
    await db.execute(
        _insert_shown,
        channel_id,
        token,
        invoice.channel_id,
        invoice.code,
        invoice.person_id,
        now,
    )


async def insert_paper(
    db: Connection, channel_id: int, paper_id: int, file: str, now: datetime
) -> None:
    """Add a paper."""
    await db.execute(_insert_paper, channel_id, paper_id, file, now)


async def find_paper(db: Connection, channel_id: int, paper_id: int) -> tuple[str, datetime] | None:
    """Return the file of a paper and since when it is there, or None."""
    row = await db.fetchrow(_find_paper, channel_id, paper_id)
    return (row["file"], row["created_at"]) if row else None


async def set_paper_token(
    db: Connection, channel_id: int, paper_id: int, token: str, until: datetime
) -> None:
    """Let a token open a paper until then."""
    await db.execute(_set_opening, channel_id, paper_id, token, until)


async def find_paper_by_token(db: Connection, token: str, now: datetime) -> str | None:
    """Return the file that a token opens, or None."""
    file: str | None = await db.fetchval(_find_opened, token, now)
    return file


async def find_settings(db: Connection, channel_id: int) -> Settings:
    """Return an account's settings; nothing is set where there are none."""
    row = await db.fetchrow(_find_settings, channel_id)
    return _settings(row) if row else Settings()


async def lock_settings(db: Connection, channel_id: int) -> Settings:
    """Lock an account's settings and return them."""
    row = await db.fetchrow(_lock_settings, channel_id)
    assert row is not None
    return _settings(row)


async def set_settings(db: Connection, channel_id: int, settings: Settings) -> None:
    """Write an account's settings."""
    await db.execute(
        _set_settings,
        channel_id,
        settings.fields,
        settings.merchant_number,
        settings.platform,
        settings.contact,
    )


async def insert_kind(  # noqa: PLR0913 - the columns of one row
    db: Connection,
    channel_id: int,
    *,
    kind_id: str,
    payee: str,
    name: str,
    facts: dict[str, str],
    now: datetime,
) -> None:
    """Add a kind of invoices."""
    await db.execute(_insert_kind, channel_id, kind_id, payee, name, facts, now)


async def count_kinds(db: Connection, channel_id: int) -> int:
    """Return how many kinds of invoices an account has."""
    count: int = await db.fetchval(_count_kinds, channel_id)
    return count


async def find_kind(db: Connection, channel_id: int, kind_id: str) -> tuple[str, str] | None:
    """Return who issues a kind of invoices and what it is called, or None."""
    row = await db.fetchrow(_find_kind, channel_id, kind_id)
    return (row["payee"], row["name"]) if row else None


async def insert_title(db: Connection, person_id: int, title: Title, now: datetime) -> None:
    """Add a title."""
    await db.execute(_insert_title, person_id, title.title_id, title.token, title.facts, now)


async def list_titles(db: Connection, person_id: int, limit: int) -> list[Title]:
    """Return somebody's titles, the latest first."""
    return [_title(row) for row in await db.fetch(_list_titles, person_id, limit)]


async def set_title(
    db: Connection, person_id: int, title_id: int, facts: TitleFacts, now: datetime
) -> bool:
    """Write a title anew; False if somebody has none of that id."""
    return await db.fetchval(_set_title, person_id, title_id, facts, now) is not None


async def delete_title(db: Connection, person_id: int, title_id: int) -> bool:
    """Delete a title; False if somebody has none of that id."""
    return await db.fetchval(_delete_title, person_id, title_id) is not None


async def find_title(db: Connection, token: str) -> Title | None:
    """Return the title of a token, or None."""
    row = await db.fetchrow(_find_title, token)
    return _title(row) if row else None


def _request(row: asyncpg.Record) -> Request:
    offered, title = row["offered"], row["title"]
    return Request(
        channel_id=ChannelId(row["channel_id"]),
        request_id=RequestId(row["request_id"]),
        purpose=Purpose(row["purpose"]),
        token=row["token"],
        order_name=row["order_name"],
        amount_fen=row["amount_fen"],
        source=row["source"],
        redirect_url=row["redirect_url"],
        attach=row["attach"],
        offered=None if offered is None else msgspec.convert(offered, TitleFacts),
        state=RequestState(row["state"]),
        person_id=Id(row["person_id"]),
        title=None if title is None else msgspec.convert(title, TitleFacts),
        why=row["why"],
        created_at=row["created_at"],
        answered_at=row["answered_at"],
    )


def _invoice(row: asyncpg.Record) -> Invoice:
    return Invoice(
        channel_id=ChannelId(row["channel_id"]),
        code=row["code"],
        kind_id=row["kind_id"],
        payee=row["payee"],
        kind_name=row["kind_name"],
        order_name=row["order_name"],
        person_id=Id(row["person_id"]),
        facts=msgspec.convert(row["facts"], InvoiceFacts),
        paper_id=PaperId(row["paper_id"]),
        trip_paper_id=PaperId(row["trip_paper_id"]),
        state=InvoiceState(row["state"]),
        locked_by=Id(row["locked_by"]),
        created_at=row["created_at"],
    )


def _held(row: asyncpg.Record) -> Held:
    return Held(
        token=row["token"],
        channel_id=row["channel_id"],
        code=row["code"],
        person_id=row["person_id"],
        state=InvoiceState(row["state"]),
        locked_by=row["locked_by"],
    )


def _settings(row: asyncpg.Record) -> Settings:
    contact = row["contact"]
    return Settings(
        fields=row["fields"],
        merchant_number=row["merchant_number"],
        platform=row["platform"],
        contact=None if contact is None else msgspec.convert(contact, Contact),
    )


def _title(row: asyncpg.Record) -> Title:
    return Title(
        title_id=TitleId(row["title_id"]),
        token=row["token"],
        facts=msgspec.convert(row["facts"], TitleFacts),
    )
