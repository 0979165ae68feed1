"""Every SQL statement on schema `coupons`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.commerce.coupons.records import campaign_of, coupon_for_order_of, coupon_of
from banyan.commerce.coupons.rules import Claim, compute_start
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignId,
    Coupon,
    CouponForOrder,
    CouponId,
    CouponState,
    Redemption,
)
from banyan.commerce.members.types import MemberId

_insert_campaign = """
insert into coupons.campaigns (
    merchant_id, campaign_id, name, kind, threshold_fen, amount_off_fen, percent_bp, cap_fen,
    budget, per_person_limit, valid_from, valid_until, valid_days, is_welcome, is_claimable,
    created_at, usable_from, wait_days
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""

_lock_campaign = """
select * from coupons.campaigns where merchant_id = $1 and campaign_id = $2 for update
"""

_set_campaign = """
update coupons.campaigns
set name = $3, budget = $4, per_person_limit = $5, valid_until = $6, is_welcome = $7,
    is_claimable = $8, closed_at = $9
where merchant_id = $1 and campaign_id = $2
"""

_find_campaigns = """
select c.*
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, campaign_id)
inner join coupons.campaigns as c
    on u.merchant_id = c.merchant_id and u.campaign_id = c.campaign_id
"""

_list_campaigns = """
select *
from coupons.campaigns
where merchant_id = $1 and campaign_id < $2
    and (not $3 or (is_claimable and closed_at is null and valid_from <= $4 and valid_until > $4))
order by campaign_id desc
limit $5
"""

_list_welcome = """
select *
from (
    select *,
        row_number() over (partition by merchant_id order by campaign_id desc) as newest_no
    from coupons.campaigns
    where merchant_id = any($1) and is_welcome and closed_at is null and valid_until > $2
) as c
where newest_no <= $3
order by merchant_id, campaign_id
"""

_count_held = """
select c.campaign_id, c.member_id, max(c.ordinal) as ordinal
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as u (merchant_id, campaign_id, member_id)
inner join coupons.coupons as c
    on u.merchant_id = c.merchant_id and u.campaign_id = c.campaign_id
    and u.member_id = c.member_id
group by c.campaign_id, c.member_id
"""

_insert_coupons = """
insert into coupons.coupons (
    merchant_id, coupon_id, campaign_id, member_id, person_id, ordinal, origin, origin_id, state,
    claimed_at, expires_at, usable_from
)
select merchant_id, coupon_id, campaign_id, member_id, person_id, ordinal, origin, origin_id,
    'claimed', claimed_at, expires_at, usable_from
from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::text[],
    $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[]
) as u (
    merchant_id, coupon_id, campaign_id, member_id, person_id, ordinal, origin, origin_id,
    claimed_at, expires_at, usable_from
)
order by merchant_id, campaign_id, member_id, ordinal
on conflict (merchant_id, campaign_id, member_id, ordinal) do nothing
returning coupon_id
"""

# Coupons of one batch may lie on several shards: an update that changes nothing locks them all.
_lock_coupons = """
with locked as (
    update coupons.coupons as c
    set state = c.state
    from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, coupon_id)
    where c.merchant_id = u.merchant_id and c.coupon_id = u.coupon_id
    returning c.merchant_id, c.coupon_id, c.campaign_id, c.member_id, c.person_id, c.state,
        c.order_id, c.expires_at, c.usable_from
)
select l.*, p.kind, p.threshold_fen, p.amount_off_fen, p.percent_bp, p.cap_fen
from locked as l
inner join coupons.campaigns as p
    on l.merchant_id = p.merchant_id and l.campaign_id = p.campaign_id
"""

_find_coupons = """
select c.merchant_id, c.coupon_id, c.campaign_id, c.member_id, c.person_id, c.state, c.order_id,
    c.expires_at, c.usable_from, p.kind, p.threshold_fen, p.amount_off_fen, p.percent_bp, p.cap_fen
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, coupon_id)
inner join coupons.coupons as c on u.merchant_id = c.merchant_id and u.coupon_id = c.coupon_id
inner join coupons.campaigns as p
    on c.merchant_id = p.merchant_id and c.campaign_id = p.campaign_id
"""

_set_reserved = """
update coupons.coupons as c
set state = 'reserved', order_id = u.order_id
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as u (merchant_id, coupon_id, order_id)
where c.merchant_id = u.merchant_id and c.coupon_id = u.coupon_id and c.state = 'claimed'
returning c.coupon_id
"""

_set_released = """
update coupons.coupons
set state = 'claimed', order_id = 0
where merchant_id = $1 and coupon_id = $2 and state = 'reserved'
returning campaign_id, expires_at
"""

_set_redeemed = """
update coupons.coupons as c
set state = 'redeemed', order_total_fen = u.order_total_fen, redeemed_at = u.redeemed_at
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[])
    as u (merchant_id, coupon_id, order_id, order_total_fen, redeemed_at)
where c.merchant_id = u.merchant_id and c.coupon_id = u.coupon_id
    and c.order_id = u.order_id and c.state = 'reserved'
returning c.coupon_id, c.campaign_id, c.member_id, c.person_id
"""

_set_ended = """
update coupons.coupons set state = $3, redeemed_at = $4, order_total_fen = $5
where merchant_id = $1 and coupon_id = $2 and state = 'claimed'
"""

_set_given_back = """
update coupons.coupons
set state = 'claimed', order_id = 0, order_total_fen = 0, redeemed_at = null
where merchant_id = $1 and coupon_id = $2
"""

_set_expired = """
update coupons.coupons
set state = 'expired'
where merchant_id = $1 and coupon_id = any(
    select coupon_id from coupons.coupons
    where merchant_id = $1 and campaign_id = $2 and state = 'claimed' and expires_at <= $3
    order by expires_at
    limit $4
    for update skip locked
)
returning coupon_id, member_id, person_id
"""

# Reserved coupons of the past wait for their order and are looked at again when it lets go.
_find_earliest = """
select min(expires_at)
from coupons.coupons
where merchant_id = $1 and campaign_id = $2 and state in ('claimed', 'reserved')
    and (state = 'claimed' or expires_at > $3)
"""

_list_of_person = """
select c.merchant_id, c.coupon_id, c.campaign_id, c.member_id, p.name, p.kind, p.threshold_fen,
    p.amount_off_fen, p.percent_bp, p.cap_fen, c.state, c.origin, c.claimed_at, c.expires_at,
    c.order_id, c.usable_from
from coupons.coupons as c
inner join coupons.campaigns as p
    on c.merchant_id = p.merchant_id and c.campaign_id = p.campaign_id
where c.person_id = $1 and c.coupon_id < $2
    and ($3::bigint is null or c.merchant_id = $3)
    and ($4::text is null or c.state = $4)
    and (not $5 or (c.state = 'claimed' and c.expires_at > $6))
order by c.coupon_id desc
limit $7
"""

_sum_redeemed = """
select campaign_id, sum(order_total_fen)::bigint as order_fen
from coupons.coupons
where merchant_id = $1 and campaign_id = any($2) and state = 'redeemed'
group by campaign_id
"""

_sum_origin = """
select count(*) as given, count(*) filter (where state = 'redeemed') as redeemed,
    coalesce(sum(order_total_fen) filter (where state = 'redeemed'), 0)::bigint as order_fen
from coupons.coupons
where merchant_id = $1 and origin_id = $2
"""

_find_of_origin = """
select person_id, state
from coupons.coupons
where merchant_id = $1 and origin_id = $2 and person_id = any($3)
"""

# By person, for whom there is an index over all campaigns; a member is a person at a merchant.
_find_holders = """
select distinct member_id
from coupons.coupons
where merchant_id = $1 and person_id = any($2) and state = 'claimed' and expires_at > $3
    and ($4::bigint is null or campaign_id = $4)
"""


class OriginSums(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the coupons that one send gave."""

    given: int
    redeemed: int
    order_fen: int


async def insert_campaign(db: Connection, campaign: Campaign) -> None:
    """Add a campaign."""
    terms = campaign.terms
    await db.execute(
        _insert_campaign,
        campaign.merchant_id,
        campaign.campaign_id,
        campaign.name,
        terms.kind.value,
        terms.threshold_fen,
        terms.amount_off_fen,
        terms.percent_bp,
        terms.cap_fen,
        campaign.budget,
        campaign.per_person_limit,
        campaign.valid_from,
        campaign.valid_until,
        campaign.valid_days,
        campaign.is_welcome,
        campaign.is_claimable,
        campaign.created_at,
        campaign.usable_from,
        campaign.wait_days,
    )


async def lock_campaign(
    db: Connection, merchant_id: int, campaign_id: CampaignId
) -> Campaign | None:
    """Lock a campaign and return it, or None."""
    row = await db.fetchrow(_lock_campaign, merchant_id, campaign_id)
    return campaign_of(row) if row else None


async def set_campaign(db: Connection, campaign: Campaign) -> None:
    """Write what may change about a campaign."""
    await db.execute(
        _set_campaign,
        campaign.merchant_id,
        campaign.campaign_id,
        campaign.name,
        campaign.budget,
        campaign.per_person_limit,
        campaign.valid_until,
        campaign.is_welcome,
        campaign.is_claimable,
        campaign.closed_at,
    )


async def find_campaigns(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Campaign]:
    """Return those of the (merchant, campaign) pairs that exist."""
    rows = await db.fetch(_find_campaigns, [key[0] for key in keys], [key[1] for key in keys])
    return {(row["merchant_id"], row["campaign_id"]): campaign_of(row) for row in rows}


async def list_campaigns(
    db: Connection,
    merchant_id: int,
    *,
    before: int,
    is_on_offer: bool,
    now: datetime,
    limit: int,
) -> list[Campaign]:
    """Return a merchant's campaigns, the newest first: all, or those one can claim from now."""
    rows = await db.fetch(_list_campaigns, merchant_id, before, is_on_offer, now, limit)
    return [campaign_of(row) for row in rows]


async def list_welcome(
    db: Connection, merchant_ids: Sequence[int], now: datetime, limit: int
) -> list[Campaign]:
    """Return the campaigns that welcome new members of these merchants: of each the newest."""
    rows = await db.fetch(_list_welcome, merchant_ids, now, limit)
    return [campaign_of(row) for row in rows]


async def count_held(
    db: Connection, keys: Sequence[tuple[int, CampaignId, MemberId]]
) -> dict[tuple[CampaignId, MemberId], int]:
    """Return how many coupons each (merchant, campaign, member) ever got; none are left out."""
    rows = await db.fetch(
        _count_held,
        [key[0] for key in keys],
        [key[1] for key in keys],
        [key[2] for key in keys],
    )
    return {
        (CampaignId(row["campaign_id"]), MemberId(row["member_id"])): row["ordinal"] for row in rows
    }


async def insert_coupons(db: Connection, claims: Mapping[CouponId, Claim]) -> set[CouponId]:
    """Add coupons, waiting for rivals; return those whose ordinal was still free."""
    every = [(coupon_id, claim, claim.wish) for coupon_id, claim in claims.items()]
    rows = await db.fetch(
        _insert_coupons,
        [wish.campaign.merchant_id for _, _, wish in every],
        [coupon_id for coupon_id, _, _ in every],
        [wish.campaign.campaign_id for _, _, wish in every],
        [wish.member_id for _, _, wish in every],
        [wish.person_id for _, _, wish in every],
        [claim.ordinal for _, claim, _ in every],
        [wish.origin.value for _, _, wish in every],
        [wish.origin_id for _, _, wish in every],
        [wish.at for _, _, wish in every],
        [claim.expires_at for _, claim, _ in every],
        [compute_start(wish.campaign, wish.at) for _, _, wish in every],
    )
    return {CouponId(row["coupon_id"]) for row in rows}


async def lock_coupons(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[CouponId, CouponForOrder]:
    """Lock those of the (merchant, coupon) pairs that exist, and return them."""
    ordered = sorted(keys)
    rows = await db.fetch(_lock_coupons, [key[0] for key in ordered], [key[1] for key in ordered])
    return {CouponId(row["coupon_id"]): coupon_for_order_of(row) for row in rows}


async def find_coupons(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[CouponId, CouponForOrder]:
    """Return those of the (merchant, coupon) pairs that exist."""
    rows = await db.fetch(_find_coupons, [key[0] for key in keys], [key[1] for key in keys])
    return {CouponId(row["coupon_id"]): coupon_for_order_of(row) for row in rows}


async def set_reserved(db: Connection, coupons: Mapping[int, CouponForOrder]) -> set[CouponId]:
    """Set locked coupons aside, each for its order; return those that were free."""
    rows = await db.fetch(
        _set_reserved,
        [one.merchant_id for one in coupons.values()],
        [one.coupon_id for one in coupons.values()],
        list(coupons),
    )
    return {CouponId(row["coupon_id"]) for row in rows}


async def set_released(
    db: Connection, merchant_id: int, coupon_id: int
) -> tuple[CampaignId, datetime] | None:
    """Free a reserved coupon; return its campaign and expiry, None if it was not reserved."""
    row = await db.fetchrow(_set_released, merchant_id, coupon_id)
    return (CampaignId(row["campaign_id"]), row["expires_at"]) if row else None


async def set_redeemed(
    db: Connection, redemptions: Sequence[Redemption]
) -> dict[CouponId, tuple[CampaignId, MemberId, int]]:
    """Redeem what is reserved for these orders; return campaign, member and person of each."""
    rows = await db.fetch(
        _set_redeemed,
        [one.merchant_id for one in redemptions],
        [one.coupon_id for one in redemptions],
        [one.order_id for one in redemptions],
        [one.order_total_fen for one in redemptions],
        [one.at for one in redemptions],
    )
    return {
        CouponId(row["coupon_id"]): (
            CampaignId(row["campaign_id"]),
            MemberId(row["member_id"]),
            row["person_id"],
        )
        for row in rows
    }


async def set_ended(
    db: Connection, one: CouponForOrder, state: CouponState, at: datetime | None, total_fen: int
) -> None:
    """Have a locked coupon voided, given away, or redeemed at an instant without an order."""
    await db.execute(_set_ended, one.merchant_id, one.coupon_id, state.value, at, total_fen)


async def set_given_back(db: Connection, coupon: CouponForOrder) -> None:
    """Put a locked redeemed coupon back into its member's hands."""
    await db.execute(_set_given_back, coupon.merchant_id, coupon.coupon_id)


async def set_expired(
    db: Connection, campaign: Campaign, now: datetime, limit: int
) -> list[tuple[CouponId, MemberId, int]]:
    """Let coupons expire whose time is over; return (coupon, member, person) of each."""
    rows = await db.fetch(_set_expired, campaign.merchant_id, campaign.campaign_id, now, limit)
    return [
        (CouponId(row["coupon_id"]), MemberId(row["member_id"]), row["person_id"]) for row in rows
    ]


async def find_earliest(db: Connection, campaign: Campaign, now: datetime) -> datetime | None:
    """Return when the next coupon in members' hands expires."""
    found: datetime | None = await db.fetchval(
        _find_earliest, campaign.merchant_id, campaign.campaign_id, now
    )
    return found


async def list_of_person(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    person_id: int,
    *,
    before: int,
    merchant_id: int | None,
    state: CouponState | None,
    is_usable: bool,
    now: datetime,
    limit: int,
) -> list[Coupon]:
    """Return a person's coupons, the newest first; `is_usable` leaves out all that is not."""
    rows = await db.fetch(
        _list_of_person,
        person_id,
        before,
        merchant_id,
        state.value if state else None,
        is_usable,
        now,
        limit,
    )
    return [coupon_of(row) for row in rows]


async def sum_redeemed(
    db: Connection, merchant_id: int, campaign_ids: Sequence[int]
) -> dict[CampaignId, int]:
    """Return what was paid for orders that redeemed a coupon, by campaign."""
    rows = await db.fetch(_sum_redeemed, merchant_id, campaign_ids)
    return {CampaignId(row["campaign_id"]): row["order_fen"] for row in rows}


async def sum_origin(db: Connection, merchant_id: int, origin_id: int) -> OriginSums:
    """Return what became of the coupons that one send gave."""
    row = await db.fetchrow(_sum_origin, merchant_id, origin_id)
    assert row is not None
    return OriginSums(**row)


async def find_of_origin(
    db: Connection, merchant_id: int, origin_id: int, person_ids: Sequence[int]
) -> dict[int, CouponState]:
    """Return how the coupon is that one send gave to each of these people."""
    rows = await db.fetch(_find_of_origin, merchant_id, origin_id, person_ids)
    return {row["person_id"]: CouponState(row["state"]) for row in rows}


async def find_holders(
    db: Connection,
    merchant_id: int,
    person_ids: Sequence[int],
    *,
    now: datetime,
    campaign_id: int | None = None,
) -> set[MemberId]:
    """Return which of these people's members hold a usable coupon, of that campaign or of any."""
    rows = await db.fetch(_find_holders, merchant_id, person_ids, now, campaign_id)
    return {MemberId(row["member_id"]) for row in rows}
