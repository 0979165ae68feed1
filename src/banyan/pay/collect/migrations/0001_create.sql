-- Payments: what was paid for what, how, and how much of it went back.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema collect;

-- Distributed by merchant_id. A payment bears the id of what is paid for (an order), so that the
-- primary key itself forbids paying twice. Half-full pages keep the update of a refund in place.
create table collect.payments (
    merchant_id bigint not null,
    payment_id bigint not null,
    person_id bigint not null,
    method text not null,
    currency text not null,
    amount_fen bigint not null,
    refunded_fen bigint not null default 0,
    taken_by bigint not null,
    paid_at timestamptz not null,
    constraint payments_pkey primary key (merchant_id, payment_id),
    constraint payments_method_known check (method in ('wallet', 'cash', 'other')),
    constraint payments_amount check (amount_fen >= 0),
    constraint payments_refunded check (refunded_fen between 0 and amount_fen)
) with (fillfactor = 90);

-- A person's statement; tills without a person cost nothing here.
create index payments_person on collect.payments (person_id, paid_at) where person_id <> 0;
