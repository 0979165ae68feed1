-- Orders: what was bought, where, by whom and for how much. Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema orders;

-- Paying updates a row once; no index holds what it changes, and pages keep room, so the new
-- version stays beside the old one.
create table orders.orders (
    merchant_id bigint not null,
    order_id bigint not null,
    store_id bigint not null,
    person_id bigint not null,
    member_id bigint not null,
    coupon_id bigint not null,
    campaign_id bigint not null,
    place_id bigint not null,
    code_id bigint not null,
    placed_by bigint not null,
    kind text not null,
    state text not null,
    currency text not null,
    pickup_number integer not null,
    line_count integer not null,
    subtotal_fen bigint not null,
    discount_fen bigint not null,
    total_fen bigint not null,
    refunded_fen bigint not null default 0,
    points_earned bigint not null,
    points_back bigint not null default 0,
    points_short bigint not null default 0,
    note text not null,
    placed_at timestamptz not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    closed_at timestamptz,
    constraint orders_pkey primary key (merchant_id, order_id),
    constraint orders_kind_known check (kind in ('take_away', 'dine_in')),
    constraint orders_state_known check (
        state in ('unpaid', 'paid', 'part_refunded', 'refunded', 'expired', 'cancelled')
    ),
    constraint orders_total check (
        subtotal_fen - discount_fen = total_fen and discount_fen >= 0 and total_fen >= 0
    ),
    constraint orders_refunded check (refunded_fen between 0 and total_fen),
    constraint orders_points check (
        points_back >= 0 and points_short >= 0 and points_back + points_short <= points_earned
    ),
    constraint orders_paid_when check (
        (state in ('paid', 'part_refunded', 'refunded')) = (paid_at is not null)
    ),
    constraint orders_closed_when check (
        (state in ('refunded', 'expired', 'cancelled')) = (closed_at is not null)
    )
) with (fillfactor = 70);

create index orders_person on orders.orders (person_id, order_id) where person_id <> 0;
create index orders_placed on orders.orders (merchant_id, placed_at, order_id);

create table orders.lines (
    merchant_id bigint not null,
    order_id bigint not null,
    line_no integer not null,
    sku_id bigint not null,
    product_id bigint not null,
    name text not null,
    variant text not null,
    unit_price_fen bigint not null,
    quantity bigint not null,
    discount_fen bigint not null,
    total_fen bigint not null,
    reservation_id bigint not null,
    refunded_quantity bigint not null default 0,
    refunded_fen bigint not null default 0,
    constraint lines_pkey primary key (merchant_id, order_id, line_no),
    constraint lines_quantity check (quantity > 0),
    constraint lines_total check (
        unit_price_fen * quantity - discount_fen = total_fen
        and discount_fen >= 0 and total_fen >= 0
    ),
    constraint lines_refunded check (
        refunded_quantity between 0 and quantity and refunded_fen between 0 and total_fen
    )
);

-- The last pickup number a store gave out on a day of its own calendar.
create table orders.pickups (
    merchant_id bigint not null,
    store_id bigint not null,
    given_on date not null,
    last_number integer not null,
    constraint pickups_pkey primary key (merchant_id, store_id, given_on)
) with (fillfactor = 50);

-- Which lines each refund gave back.
create table orders.returns (
    merchant_id bigint not null,
    order_id bigint not null,
    refund_id bigint not null,
    line_no integer not null,
    quantity bigint not null,
    amount_fen bigint not null,
    is_restocked boolean not null,
    constraint returns_pkey primary key (merchant_id, order_id, refund_id, line_no),
    constraint returns_quantity check (quantity > 0 and amount_fen >= 0)
);
