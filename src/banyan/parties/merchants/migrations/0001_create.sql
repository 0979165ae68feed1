-- Merchants: the legal sellers and how far each has proved who it is.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema merchants;

create table merchants.merchants (
    merchant_id bigint not null,
    name text not null,
    currency text not null,
    time_zone text not null,
    state text not null,
    licence_number text not null,
    legal_name text not null,
    decision_note text not null,
    opened_at timestamptz not null,
    submitted_at timestamptz,
    decided_at timestamptz,
    constraint merchants_pkey primary key (merchant_id),
    constraint merchants_state_known check (
        state in ('unverified', 'submitted', 'verified', 'rejected')
    ),
    constraint merchants_currency_form check (currency ~ '^[A-Z]{3}$'),
    constraint merchants_submitted_named check (
        state = 'unverified'
        or (licence_number <> '' and legal_name <> '' and submitted_at is not null)
    ),
    constraint merchants_decided_when check (
        (state in ('verified', 'rejected')) = (decided_at is not null)
    )
);

create index merchants_waiting on merchants.merchants (merchant_id) where state = 'submitted';
