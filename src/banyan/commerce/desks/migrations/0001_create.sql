set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What was asked for at cash desks. Distributed by merchant_id. The money is told by charges; here
-- stands at which desk, and follows what became of it.

create schema desks;

create table desks.takings (
    merchant_id bigint not null,
    charge_id bigint not null,
    store_id bigint not null,
    place_id bigint not null,
    code_id bigint not null,
    person_id bigint not null,
    currency text not null,
    total_fen bigint not null,
    remark text not null,
    asked_at timestamptz not null,
    paid_at timestamptz,
    refunded_fen bigint not null default 0,
    constraint takings_pkey primary key (merchant_id, charge_id),
    constraint takings_total_positive check (total_fen > 0),
    constraint takings_refunded_bounded check (refunded_fen between 0 and total_fen)
);

create index takings_of_place
on desks.takings (merchant_id, place_id, paid_at) where paid_at is not null;
create index takings_of_person
on desks.takings (merchant_id, person_id, paid_at) where paid_at is not null;
