-- Refunds: each time money went back, how much of which payment, and why.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema refunds;

-- Distributed by merchant_id.
create table refunds.refunds (
    merchant_id bigint not null,
    refund_id bigint not null,
    payment_id bigint not null,
    person_id bigint not null,
    method text not null,
    currency text not null,
    amount_fen bigint not null,
    reason text not null,
    refunded_by bigint not null,
    refunded_at timestamptz not null,
    constraint refunds_pkey primary key (merchant_id, refund_id),
    constraint refunds_amount check (amount_fen >= 0)
);

create index refunds_payment on refunds.refunds (merchant_id, payment_id);
create index refunds_person on refunds.refunds (person_id, refunded_at) where person_id <> 0;
