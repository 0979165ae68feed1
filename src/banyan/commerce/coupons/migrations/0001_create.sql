-- Coupons: the campaigns that issue them, and every coupon ever issued. Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema coupons;

-- How many coupons are left, held, redeemed and expired is on the ledger, not here.
create table coupons.campaigns (
    merchant_id bigint not null,
    campaign_id bigint not null,
    name text not null,
    kind text not null,
    threshold_fen bigint not null,
    amount_off_fen bigint not null,
    percent_bp integer not null,
    cap_fen bigint not null,
    budget bigint not null,
    per_person_limit integer not null,
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    valid_days integer not null,
    is_welcome boolean not null,
    is_claimable boolean not null,
    created_at timestamptz not null,
    closed_at timestamptz,
    constraint campaigns_pkey primary key (merchant_id, campaign_id),
    constraint campaigns_terms check (
        (kind = 'amount_off' and amount_off_fen > 0 and percent_bp = 0 and cap_fen = 0)
        or (kind = 'percent_off' and percent_bp between 1 and 10000 and amount_off_fen = 0)
    ),
    constraint campaigns_window check (valid_from < valid_until and valid_days >= 0),
    constraint campaigns_limits check (budget > 0 and per_person_limit > 0)
);

create index campaigns_welcome on coupons.campaigns (merchant_id)
where is_welcome and closed_at is null;

-- `ordinal` counts the coupons that one member got from one campaign: the key forbids a rival from
-- passing the limit. A reserved coupon is set aside for an order that is not paid yet.
create table coupons.coupons (
    merchant_id bigint not null,
    coupon_id bigint not null,
    campaign_id bigint not null,
    member_id bigint not null,
    person_id bigint not null,
    ordinal integer not null,
    origin text not null,
    origin_id bigint not null,
    state text not null,
    order_id bigint not null default 0,
    order_total_fen bigint not null default 0,
    claimed_at timestamptz not null,
    expires_at timestamptz not null,
    redeemed_at timestamptz,
    constraint coupons_pkey primary key (merchant_id, coupon_id),
    constraint coupons_ordinal unique (merchant_id, campaign_id, member_id, ordinal),
    constraint coupons_state_known check (state in ('claimed', 'reserved', 'redeemed', 'expired')),
    constraint coupons_order check ((state in ('reserved', 'redeemed')) = (order_id <> 0)),
    constraint coupons_redeemed_when check ((state = 'redeemed') = (redeemed_at is not null)),
    constraint coupons_origin_known check (origin in ('claim', 'welcome', 'campaign'))
) with (fillfactor = 80);

create index coupons_person on coupons.coupons (person_id, coupon_id);
create index coupons_due on coupons.coupons (merchant_id, campaign_id, expires_at)
where state in ('claimed', 'reserved');
create index coupons_origin on coupons.coupons (merchant_id, origin_id) where origin_id <> 0;
