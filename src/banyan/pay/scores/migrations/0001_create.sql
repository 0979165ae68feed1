-- Use first, pay later: what merchants offer so, who lets them collect, and what is owed.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema scores;

-- Distributed by merchant_id. What a merchant lets people use before they pay, and for how much.
create table scores.schemes (
    merchant_id bigint not null,
    scheme_id bigint not null,
    name text not null,
    risk_max_fen bigint not null,
    is_open boolean not null,
    opened_at timestamptz not null,
    constraint schemes_pkey primary key (merchant_id, scheme_id),
    constraint schemes_risk check (risk_max_fen > 0)
);

-- A person lets a scheme begin orders without asking each time. `code` is the merchant's own name
-- for it; nobody is known before they gave it.
create table scores.mandates (
    merchant_id bigint not null,
    mandate_id bigint not null,
    scheme_id bigint not null,
    code text not null,
    channel_id bigint not null,
    person_id bigint not null default 0,
    openid text not null default '',
    state text not null,
    token text not null,
    notify_url text not null,
    why text not null default '',
    asked_at timestamptz not null,
    given_at timestamptz,
    closed_at timestamptz,
    constraint mandates_pkey primary key (merchant_id, mandate_id),
    constraint mandates_state_known check (state in ('asked', 'given', 'closed')),
    constraint mandates_given check (state <> 'given' or person_id <> 0)
) with (fillfactor = 80);

create unique index mandates_code on scores.mandates (merchant_id, code);
create unique index mandates_token on scores.mandates (token);
create unique index mandates_one on scores.mandates (merchant_id, scheme_id, person_id)
where state = 'given';
create index mandates_of_person on scores.mandates (person_id, mandate_id) where person_id <> 0;

create table scores.orders (
    merchant_id bigint not null,
    order_id bigint not null,
    scheme_id bigint not null,
    out_no text not null,
    digest bytea not null,
    done_digest bytea,
    channel_id bigint not null,
    person_id bigint not null default 0,
    openid text not null default '',
    terms jsonb not null,
    state text not null,
    is_confirm_needed boolean not null,
    total_fen bigint not null default 0,
    is_shared boolean not null default false,
    paid_by text not null default '',
    charge_id bigint not null default 0,
    transaction_no text not null default '',
    tries integer not null default 0,
    why text not null default '',
    token text not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    completed_at timestamptz,
    paid_at timestamptz,
    ended_at timestamptz,
    constraint orders_pkey primary key (merchant_id, order_id),
    constraint orders_state_known check (
        state in ('created', 'doing', 'done', 'revoked', 'expired')
    ),
    constraint orders_paid_by_known check (paid_by in ('', 'banyan', 'merchant')),
    constraint orders_total check (total_fen >= 0),
    constraint orders_of_somebody check (
        person_id <> 0 or state in ('created', 'revoked', 'expired')
    ),
    constraint orders_completed check (state <> 'done' or completed_at is not null),
    constraint orders_charged check ((paid_by = 'banyan') = (charge_id <> 0))
) with (fillfactor = 70);

create unique index orders_out_no on scores.orders (merchant_id, out_no);
create unique index orders_token on scores.orders (token);
create index orders_latest on scores.orders (merchant_id, created_at, order_id);
create index orders_of_person on scores.orders (person_id, created_at, order_id)
where person_id <> 0;
create index orders_owed on scores.orders (person_id)
where state = 'doing' and completed_at is not null;
