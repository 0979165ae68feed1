-- Imports: what was brought in from other systems, by the numbers it had there, so that bringing
-- it again changes nothing. Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema imports;

create table imports.sources (
    merchant_id bigint not null,
    source_id bigint not null,
    name text not null,
    opened_at timestamptz not null,
    constraint sources_pkey primary key (merchant_id, source_id),
    constraint sources_name unique (merchant_id, name)
);

create table imports.customers (
    merchant_id bigint not null,
    source_id bigint not null,
    number text not null,
    person_id bigint not null,
    constraint imports__customer_brought primary key (merchant_id, source_id, number)
);

create table imports.orders (
    merchant_id bigint not null,
    source_id bigint not null,
    number text not null,
    order_id bigint not null,
    line_count integer not null,
    total_fen bigint not null,
    constraint imports__order_brought primary key (merchant_id, source_id, number)
);

-- One cancellation may take back units of several orders.
create table imports.refunds (
    merchant_id bigint not null,
    source_id bigint not null,
    number text not null,
    order_id bigint not null,
    refund_id bigint not null,
    amount_fen bigint not null,
    constraint imports__refund_brought primary key (merchant_id, source_id, number, order_id)
);
