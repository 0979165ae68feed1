-- Invoices: what people are called on them, who asked for one, and those that they were given.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema invoices;

-- Distributed by person_id: what somebody is called on invoices. `token` is in the code that they
-- show to be copied.
create table invoices.titles (
    person_id bigint not null,
    title_id bigint not null,
    token text not null,
    facts jsonb not null,
    changed_at timestamptz not null,
    constraint titles_pkey primary key (person_id, title_id)
);

create unique index titles_token on invoices.titles (token);

-- Distributed by channel_id from here on. One row an account: what it asks people for, and which
-- merchant number's payments it makes invoices for.
create table invoices.settings (
    channel_id bigint not null,
    fields jsonb,
    merchant_number text not null default '',
    platform text not null default '',
    contact jsonb,
    constraint settings_pkey primary key (channel_id)
);

-- Kinds of invoices that an account gives.
create table invoices.kinds (
    channel_id bigint not null,
    kind_id text not null,
    payee text not null,
    name text not null,
    facts jsonb not null,
    created_at timestamptz not null,
    constraint kinds_pkey primary key (channel_id, kind_id)
);

-- Papers that come with invoices. `token` opens one for a while.
create table invoices.papers (
    channel_id bigint not null,
    paper_id bigint not null,
    file text not null,
    token text not null default '',
    token_until timestamptz,
    created_at timestamptz not null,
    constraint papers_pkey primary key (channel_id, paper_id)
);

create unique index papers_token on invoices.papers (token) where token <> '';

-- Somebody is asked what they are called on the invoice for an order, or has a title ready to send.
create table invoices.requests (
    channel_id bigint not null,
    request_id bigint not null,
    purpose text not null,
    token text not null,
    order_name text not null,
    amount_fen bigint not null,
    source text not null,
    redirect_url text not null,
    attach text not null,
    offered jsonb,
    state text not null,
    person_id bigint not null default 0,
    title jsonb,
    why text not null default '',
    created_at timestamptz not null,
    answered_at timestamptz,
    constraint requests_pkey primary key (channel_id, request_id),
    constraint requests_purpose_known check (purpose in ('order', 'offer', 'choose')),
    constraint requests_state_known check (state in ('open', 'answered', 'refused', 'done'))
) with (fillfactor = 80);

create unique index requests_token on invoices.requests (token);
create unique index requests_order on invoices.requests (channel_id, order_name)
where purpose = 'order';

create table invoices.invoices (
    channel_id bigint not null,
    code text not null,
    kind_id text not null,
    order_name text not null,
    person_id bigint not null,
    facts jsonb not null,
    paper_id bigint not null default 0,
    trip_paper_id bigint not null default 0,
    state text not null,
    locked_by bigint not null default 0,
    created_at timestamptz not null,
    constraint invoices_pkey primary key (channel_id, code),
    constraint invoices_state_known check (state in ('init', 'lock', 'closure')),
    constraint invoices_locked_when check ((state = 'init') = (locked_by = 0))
) with (fillfactor = 80);

create unique index invoices_order on invoices.invoices (channel_id, order_name);
create index invoices_of_person on invoices.invoices (person_id, created_at);

-- Somebody lets an account see an invoice, which it then knows by this.
create table invoices.shown (
    channel_id bigint not null,
    token text not null,
    issuer_id bigint not null,
    code text not null,
    person_id bigint not null,
    shown_at timestamptz not null,
    constraint shown_pkey primary key (channel_id, token)
);
