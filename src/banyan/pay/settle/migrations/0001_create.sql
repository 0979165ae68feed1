-- Settling: what merchants were paid over the wire becomes theirs on the next day.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema settle;

-- Distributed by merchant_id.
create table settle.settlements (
    merchant_id bigint not null,
    settlement_id bigint not null,
    currency text not null,
    amount_fen bigint not null,
    paid_until date not null,
    settled_at timestamptz not null,
    constraint settlements_pkey primary key (merchant_id, settlement_id),
    constraint settlements_amount_positive check (amount_fen > 0)
);
