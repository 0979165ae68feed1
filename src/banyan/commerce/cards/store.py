"""Every SQL statement on schema `cards`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.commerce.cards.records import card_of, held_of
from banyan.commerce.cards.types import Card, CardStatus, HeldCard

_insert_card = """
insert into cards.cards (
    merchant_id, card_id, channel_id, kind, campaign_id, status, reason, face, terms, extra, form,
    self_use, has_pay_cell, is_from_program, valid_until, valid_days, budget, get_limit,
    created_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""

_set_card = """
update cards.cards
set status = $3, reason = $4, face = $5, terms = $6, extra = $7, form = $8, self_use = $9,
    has_pay_cell = $10, valid_until = $11, budget = $12, changed_at = $13, reminded_at = $14,
    get_limit = $15
where merchant_id = $1 and card_id = $2
"""

_find_card = "select * from cards.cards where merchant_id = $1 and card_id = $2"

_lock_card = "select * from cards.cards where merchant_id = $1 and card_id = $2 for update"

_find_cards = """
select c.*
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, card_id)
inner join cards.cards as c on u.merchant_id = c.merchant_id and u.card_id = c.card_id
"""

_find_of_campaigns = """
select c.*
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, campaign_id)
inner join cards.cards as c on u.merchant_id = c.merchant_id and u.campaign_id = c.campaign_id
"""

_list_cards = """
select *, count(*) over () as every
from cards.cards
where merchant_id = $1 and channel_id = $2 and status = any($3)
    and ($4::boolean is null or is_from_program = $4)
order by card_id desc
offset $5 limit $6
"""

_insert_codes = """
insert into cards.codes (
    merchant_id, card_id, code, is_custom, coupon_id, member_id, person_id, openid, state,
    outer_id, outer_str, taken_at, expires_at, from_code, activated_at, facts
)
select merchant_id, card_id, code, is_custom, coupon_id, member_id, person_id, openid, 'held',
    outer_id, outer_str, taken_at, expires_at, from_code, activated_at, '{}'
from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::timestamptz[], $12::timestamptz[],
    $13::text[], $14::timestamptz[]
) as u (
    merchant_id, card_id, code, is_custom, coupon_id, member_id, person_id, openid, outer_id,
    outer_str, taken_at, expires_at, from_code, activated_at
)
order by merchant_id, code
on conflict do nothing
returning card_id, code
"""

_set_code = """
update cards.codes
set code = $4, state = $5, number = $6, activated_at = $7, active_from = $8, active_until = $9,
    submitted_at = $10, facts = $11, gift_digest = $12, is_custom = $13
where merchant_id = $1 and card_id = $2 and code = $3
returning code
"""

_set_ticket = """
update cards.codes set ticket_digest = $4 where merchant_id = $1 and card_id = $2 and code = $3
"""

_find_by_ticket = """
select * from cards.codes where merchant_id = $1 and ticket_digest = $2
"""

# Without a card only a code that we drew is meant: others may be had by several cards.
_find_code = """
select c.*
from cards.codes as c
inner join cards.cards as k on c.merchant_id = k.merchant_id and c.card_id = k.card_id
where c.merchant_id = $1 and c.code = $2 and k.channel_id = $4
    and case when $3::bigint = 0 then not c.is_custom else c.card_id = $3 end
"""

# Codes of the merchant's own may be had by several cards; two are enough to know.
_find_codes_of = "select * from cards.codes where merchant_id = $1 and code = $2 limit 2"

_lock_code = """
select * from cards.codes where merchant_id = $1 and card_id = $2 and code = $3 for update
"""

_find_of_coupons = """
select c.*
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, coupon_id)
inner join cards.codes as c on u.merchant_id = c.merchant_id and u.coupon_id = c.coupon_id
"""

_find_gift = "select * from cards.codes where gift_digest = $1"

_list_of_person = """
select *
from cards.codes
where person_id = $1 and state in ('held', 'gifting')
    and ($2::bigint is null or merchant_id = $2)
    and ($3::bigint is null or card_id = $3)
order by taken_at desc, code
limit $4
"""

_find_of_members = """
select c.*
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, person_id)
inner join cards.codes as c on u.merchant_id = c.merchant_id and u.person_id = c.person_id
where c.coupon_id = 0 and c.state = 'held'
"""

_list_codes = """
select *
from cards.codes
where merchant_id = $1 and card_id = $2 and (taken_at, code) < ($3, $4)
order by taken_at desc, code desc
limit $5
"""

_count_held = """
select person_id, count(*) as held
from cards.codes
where merchant_id = $1 and card_id = $2 and person_id = any($3)
    and state in ('held', 'gifting')
group by person_id
"""

_insert_deposits = """
insert into cards.deposits (merchant_id, card_id, code)
select $1, $2, code from unnest($3::text[]) as u (code)
where not exists (
    select 1 from cards.codes as c
    where c.merchant_id = $1 and c.card_id = $2 and c.code = u.code
)
order by code
on conflict do nothing
returning code
"""

_find_deposits = """
select code from cards.deposits where merchant_id = $1 and card_id = $2 and code = any($3)
"""

_count_deposits = """
select count(*) filter (where not is_taken) from cards.deposits
where merchant_id = $1 and card_id = $2
"""

_take_deposits = """
update cards.deposits
set is_taken = true
where merchant_id = $1 and card_id = $2 and code = any(
    select code from cards.deposits
    where merchant_id = $1 and card_id = $2 and not is_taken
    order by code
    limit $3
)
returning code
"""

_delete_testers = "delete from cards.testers where channel_id = $1"

_insert_testers = """
insert into cards.testers (channel_id, person_id) select $1, unnest($2::bigint[])
on conflict do nothing
"""

_find_testers = "select person_id from cards.testers where channel_id = $1 and person_id = any($2)"

_count_members = """
select count(*) filter (where c.activated_at is not null and c.activated_at < $4) as active,
    count(*) as taken
from cards.codes as c
inner join cards.cards as k on c.merchant_id = k.merchant_id and c.card_id = k.card_id
where c.merchant_id = $1 and k.channel_id = $2 and k.kind = 'member_card' and c.taken_at < $4
    and ($3::bigint is null or c.card_id = $3)
"""

_insert_sending = """
insert into cards.sendings (merchant_id, request_no, card_id, person_id, code, sent_at)
values ($1, $2, $3, $4, '', $5)
on conflict (merchant_id, request_no) do nothing
returning request_no
"""

_set_sent_code = """
update cards.sendings set code = $3 where merchant_id = $1 and request_no = $2
"""

_read_sending = """
select card_id, person_id, code from cards.sendings where merchant_id = $1 and request_no = $2
"""


class Sending(msgspec.Struct, frozen=True):
    """What was sent under a number."""

    card_id: int
    person_id: int
    code: str


async def insert_card(db: Connection, card: Card) -> None:
    """Add a card."""
    await db.execute(
        _insert_card,
        card.merchant_id,
        card.card_id,
        card.channel_id,
        card.kind.value,
        card.campaign_id,
        card.status.value,
        card.reason,
        msgspec.to_builtins(card.face),
        msgspec.to_builtins(card.terms),
        card.extra,
        msgspec.to_builtins(card.form),
        msgspec.to_builtins(card.self_use),
        card.has_pay_cell,
        card.is_from_program,
        card.valid_until,
        card.valid_days,
        card.budget,
        card.get_limit,
        card.created_at,
        card.changed_at,
    )


async def set_card(db: Connection, card: Card) -> None:
    """Write what may change about a card."""
    await db.execute(
        _set_card,
        card.merchant_id,
        card.card_id,
        card.status.value,
        card.reason,
        msgspec.to_builtins(card.face),
        msgspec.to_builtins(card.terms),
        card.extra,
        msgspec.to_builtins(card.form),
        msgspec.to_builtins(card.self_use),
        card.has_pay_cell,
        card.valid_until,
        card.budget,
        card.changed_at,
        card.reminded_at,
        card.get_limit,
    )


async def find_card(db: Connection, merchant_id: int, card_id: int) -> Card | None:
    """Return a card, or None."""
    row = await db.fetchrow(_find_card, merchant_id, card_id)
    return card_of(row) if row else None


async def lock_card(db: Connection, merchant_id: int, card_id: int) -> Card | None:
    """Lock a card and return it, or None."""
    row = await db.fetchrow(_lock_card, merchant_id, card_id)
    return card_of(row) if row else None


async def find_cards(db: Connection, keys: Sequence[tuple[int, int]]) -> dict[int, Card]:
    """Return those of the (merchant, card) pairs that exist, by card."""
    rows = await db.fetch(_find_cards, [key[0] for key in keys], [key[1] for key in keys])
    return {row["card_id"]: card_of(row) for row in rows}


async def find_of_campaigns(db: Connection, keys: Sequence[tuple[int, int]]) -> dict[int, Card]:
    """Return the cards that are faces of these (merchant, campaign) pairs, by campaign."""
    rows = await db.fetch(_find_of_campaigns, [key[0] for key in keys], [key[1] for key in keys])
    return {row["campaign_id"]: card_of(row) for row in rows}


async def list_cards(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    merchant_id: int,
    channel_id: int,
    *,
    statuses: Sequence[CardStatus],
    is_from_program: bool | None,
    offset: int,
    limit: int,
) -> tuple[list[Card], int]:
    """Return a part of a channel's cards, the newest first, and how many there are."""
    states = [one.value for one in statuses]
    rows = await db.fetch(
        _list_cards, merchant_id, channel_id, states, is_from_program, offset, limit
    )
    return [card_of(row) for row in rows], rows[0]["every"] if rows else 0


async def insert_codes(db: Connection, cards: Sequence[HeldCard]) -> set[tuple[int, str]]:
    """Put cards into hands; return the (card, code) pairs that were still free."""
    rows = await db.fetch(
        _insert_codes,
        [one.merchant_id for one in cards],
        [one.card_id for one in cards],
        [one.code for one in cards],
        [one.is_custom for one in cards],
        [one.coupon_id for one in cards],
        [one.member_id for one in cards],
        [one.person_id for one in cards],
        [one.openid for one in cards],
        [one.outer_id for one in cards],
        [one.outer_str for one in cards],
        [one.taken_at for one in cards],
        [one.expires_at for one in cards],
        [one.from_code for one in cards],
        [one.activated_at for one in cards],
    )
    return {(row["card_id"], row["code"]) for row in rows}


async def set_code(
    db: Connection, before: HeldCard, after: HeldCard, gift_digest: bytes | None = None
) -> None:
    """Write what may change about a locked card in somebody's hands."""
    await db.execute(
        _set_code,
        before.merchant_id,
        before.card_id,
        before.code,
        after.code,
        after.state.value,
        after.number,
        after.activated_at,
        after.active_from,
        after.active_until,
        after.submitted_at,
        msgspec.to_builtins(after.facts),
        gift_digest,
        after.is_custom,
    )


async def set_ticket(db: Connection, held: HeldCard, ticket_digest: bytes) -> None:
    """Have the answers to a form be found by a ticket."""
    await db.execute(_set_ticket, held.merchant_id, held.card_id, held.code, ticket_digest)


async def find_by_ticket(db: Connection, merchant_id: int, ticket_digest: bytes) -> HeldCard | None:
    """Return the card whose holder answered a form, or None."""
    row = await db.fetchrow(_find_by_ticket, merchant_id, ticket_digest)
    return held_of(row) if row else None


async def find_code(
    db: Connection, merchant_id: int, channel_id: int, code: str, card_id: int
) -> HeldCard | None:
    """Return a card in somebody's hands by its code; `card_id` 0 for one that we drew."""
    row = await db.fetchrow(_find_code, merchant_id, code, card_id, channel_id)
    return held_of(row) if row else None


async def find_codes_of(db: Connection, merchant_id: int, code: str) -> list[HeldCard]:
    """Return the cards in hands that a merchant knows under a code; no more than two."""
    return [held_of(row) for row in await db.fetch(_find_codes_of, merchant_id, code)]


async def lock_code(db: Connection, held: HeldCard) -> HeldCard | None:
    """Lock a card in somebody's hands and return it as it is now; None if its code changed."""
    row = await db.fetchrow(_lock_code, held.merchant_id, held.card_id, held.code)
    return held_of(row) if row else None


async def find_of_coupons(db: Connection, keys: Sequence[tuple[int, int]]) -> dict[int, HeldCard]:
    """Return the cards of these (merchant, coupon) pairs, by coupon."""
    rows = await db.fetch(_find_of_coupons, [key[0] for key in keys], [key[1] for key in keys])
    return {row["coupon_id"]: held_of(row) for row in rows}


async def find_gift(db: Connection, gift_digest: bytes) -> HeldCard | None:
    """Return the card that was sent to a friend, or None."""
    row = await db.fetchrow(_find_gift, gift_digest)
    return held_of(row) if row else None


async def list_of_person(
    db: Connection,
    person_id: int,
    *,
    merchant_id: int | None,
    card_id: int | None,
    limit: int,
) -> list[HeldCard]:
    """Return what a person holds, the newest first."""
    rows = await db.fetch(_list_of_person, person_id, merchant_id, card_id, limit)
    return [held_of(row) for row in rows]


async def find_of_members(db: Connection, people: Sequence[tuple[int, int]]) -> list[HeldCard]:
    """Return the member cards that (merchant, person) pairs hold."""
    rows = await db.fetch(_find_of_members, [one[0] for one in people], [one[1] for one in people])
    return [held_of(row) for row in rows]


async def list_codes(
    db: Connection, card: Card, before: tuple[datetime, str], limit: int
) -> list[HeldCard]:
    """Return the cards in hands of one kind, the newest first, from before one on."""
    rows = await db.fetch(_list_codes, card.merchant_id, card.card_id, *before, limit)
    return [held_of(row) for row in rows]


async def count_held(db: Connection, card: Card, person_ids: Sequence[int]) -> dict[int, int]:
    """Return how many of a card each of these people has in hands."""
    rows = await db.fetch(_count_held, card.merchant_id, card.card_id, person_ids)
    return {row["person_id"]: row["held"] for row in rows}


async def insert_deposits(db: Connection, card: Card, codes: Sequence[str]) -> set[str]:
    """Add codes to a locked card; return those that it did not have, and nobody holds."""
    rows = await db.fetch(_insert_deposits, card.merchant_id, card.card_id, codes)
    return {row["code"] for row in rows}


async def find_deposits(db: Connection, card: Card, codes: Sequence[str]) -> set[str]:
    """Return which of the codes were deposited."""
    rows = await db.fetch(_find_deposits, card.merchant_id, card.card_id, codes)
    return {row["code"] for row in rows}


async def count_deposits(db: Connection, card: Card) -> int:
    """Return how many deposited codes are left."""
    count: int = await db.fetchval(_count_deposits, card.merchant_id, card.card_id)
    return count


async def take_deposits(db: Connection, card: Card, count: int) -> list[str]:
    """Take so many of a locked card's deposited codes, or as many as there are."""
    rows = await db.fetch(_take_deposits, card.merchant_id, card.card_id, count)
    return sorted(row["code"] for row in rows)


async def replace_testers(db: Connection, channel_id: int, person_ids: Sequence[int]) -> None:
    """Have these be the testers of a channel."""
    await db.execute(_delete_testers, channel_id)
    await db.execute(_insert_testers, channel_id, person_ids)


async def find_testers(db: Connection, channel_id: int, person_ids: Sequence[int]) -> set[int]:
    """Return which of these people are testers."""
    rows = await db.fetch(_find_testers, channel_id, person_ids)
    return {row["person_id"] for row in rows}


async def count_members(
    db: Connection, merchant_id: int, channel_id: int, card_id: int | None, before: datetime
) -> tuple[int, int]:
    """Return how many member cards were active before an instant, and how many had been taken."""
    row = await db.fetchrow(_count_members, merchant_id, channel_id, card_id, before)
    assert row is not None
    return row["active"], row["taken"]


async def insert_sending(
    db: Connection, merchant_id: int, request_no: str, card_id: int, person_id: int, at: datetime
) -> bool:
    """Take a number for what is about to be sent; False if it was taken before."""
    found = await db.fetchval(_insert_sending, merchant_id, request_no, card_id, person_id, at)
    return found is not None


async def set_sent_code(db: Connection, merchant_id: int, request_no: str, code: str) -> None:
    """Write which card was sent under a number."""
    await db.execute(_set_sent_code, merchant_id, request_no, code)


async def read_sending(db: Connection, merchant_id: int, request_no: str) -> Sending:
    """Return what was sent under a number that was taken."""
    row = await db.fetchrow(_read_sending, merchant_id, request_no)
    assert row is not None
    return Sending(**row)
