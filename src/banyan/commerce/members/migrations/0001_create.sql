-- Members: who belongs to which merchant, and the tiers of each. Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema members;

create table members.tiers (
    merchant_id bigint not null,
    tier_no smallint not null,
    name text not null,
    threshold_fen bigint not null,
    discount_bp integer not null,
    points_rate_bp integer not null,
    constraint tiers_pkey primary key (merchant_id, tier_no),
    constraint tiers_first_for_all check ((tier_no = 1) = (threshold_fen = 0)),
    constraint tiers_discount check (discount_bp between 0 and 10000),
    constraint tiers_points check (points_rate_bp >= 0)
);

-- The tier of a member is the highest whose threshold they have spent: computed, never stored.
-- Every order updates a row; no index holds what it changes, and pages keep room.
create table members.members (
    merchant_id bigint not null,
    member_id bigint not null,
    person_id bigint not null,
    joined_at timestamptz not null,
    joined_code_id bigint not null,
    joined_store_id bigint not null,
    spent_fen bigint not null default 0,
    orders_count integer not null default 0,
    last_order_at timestamptz,
    constraint members_pkey primary key (merchant_id, member_id),
    constraint members_once unique (merchant_id, person_id),
    constraint members_orders check (orders_count >= 0),
    constraint members_ordered_when check ((orders_count > 0) = (last_order_at is not null))
) with (fillfactor = 80);

create index members_person on members.members (person_id, member_id);
create index members_joined_code on members.members (merchant_id, joined_code_id)
where joined_code_id <> 0;
