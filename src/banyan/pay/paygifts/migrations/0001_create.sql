-- Activities by which whoever pays enough is given coupons, and what was given for which payment.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema paygifts;

-- Few and rarely written: on a cluster the same on every node.
create table paygifts.activities (
    merchant_id bigint not null,
    activity_id bigint not null,
    request_no text not null,
    digest text not null,
    name text not null,
    words text not null,
    minimum_fen bigint not null,
    stock_ids bigint[] not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    created_at timestamptz not null,
    terminated_at timestamptz,
    constraint activities_pkey primary key (merchant_id, activity_id),
    constraint activities_asked_once unique (merchant_id, request_no),
    constraint activities_window check (begins_at < ends_at),
    constraint activities_minimum check (minimum_fen > 0)
);

-- Whose payments count.
create table paygifts.payees (
    merchant_id bigint not null,
    activity_id bigint not null,
    payee_id bigint not null,
    added_at timestamptz not null,
    constraint payees_pkey primary key (merchant_id, activity_id, payee_id)
);

create index payees_paid on paygifts.payees (payee_id);

-- Distributed by the merchant of the activity. `refused` says why nothing was given.
create table paygifts.gifts (
    merchant_id bigint not null,
    activity_id bigint not null,
    charge_id bigint not null,
    stock_id bigint not null,
    person_id bigint not null,
    coupon_id bigint not null,
    refused text not null,
    given_at timestamptz not null,
    constraint gifts_pkey primary key (merchant_id, activity_id, charge_id, stock_id),
    constraint gifts_outcome check ((coupon_id = 0) = (refused <> ''))
);
