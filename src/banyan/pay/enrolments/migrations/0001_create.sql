-- Enrolments: merchants whom providers bring to be paid over the wire, the papers they show for it,
-- and where their money is to go.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema enrolments;

-- Distributed by merchant_id, the provider who asks. What is sealed only operators read.
create table enrolments.enrolments (
    merchant_id bigint not null,
    enrolment_id bigint not null,
    kind text not null,
    out_no text not null,
    name text not null,
    phone_digest bytea not null,
    sealed bytea not null,
    confirmed_mchids text[] not null,
    state text not null,
    reasons jsonb not null default '[]',
    token text not null,
    shop_id bigint not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint enrolments_pkey primary key (merchant_id, enrolment_id),
    constraint enrolments_out_no unique (merchant_id, kind, out_no),
    constraint enrolments_kind_known check (kind in ('shop', 'platform', 'subject')),
    constraint enrolments_state_known check (
        state in ('auditing', 'rejected', 'signing', 'finished', 'cancelled')
    ),
    constraint enrolments_shop check (shop_id = 0 or state = 'finished')
);

create index enrolments_waiting on enrolments.enrolments (enrolment_id) where state = 'auditing';
-- What a link opens; found without the provider, hence by every shard.
create index enrolments_token on enrolments.enrolments (token);
create index enrolments_shop on enrolments.enrolments (shop_id) where shop_id <> 0;

create table enrolments.papers (
    merchant_id bigint not null,
    paper_id text not null,
    kind text not null,
    name text not null,
    sealed bytea not null,
    added_at timestamptz not null,
    constraint papers_pkey primary key (merchant_id, paper_id),
    constraint papers_kind_known check (kind in ('image', 'video'))
);

-- Here the distribution column is the merchant whose money it is.
create table enrolments.changes (
    merchant_id bigint not null,
    change_id bigint not null,
    provider_id bigint not null,
    kind text not null,
    bank text not null,
    branch text not null,
    branch_id text not null,
    sealed bytea not null,
    number_shown text not null,
    state text not null,
    fail_reason text not null default '',
    asked_at timestamptz not null,
    decided_at timestamptz,
    constraint changes_pkey primary key (merchant_id, change_id),
    constraint changes_state_known check (state in ('auditing', 'done', 'failed'))
);
