-- Taxed invoices of payments over the wire: how merchants make them, and those they made.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema fapiaos;

-- Distributed by merchant_id, as all of these. How a merchant makes them and where it is told.
create table fapiaos.settings (
    merchant_id bigint not null,
    callback_url text not null,
    shows_cell boolean not null,
    has_vat boolean not null,
    seller jsonb not null,
    constraint settings_pkey primary key (merchant_id)
);

-- What a merchant sells, by the tax office's own codes.
create table fapiaos.goods (
    merchant_id bigint not null,
    tax_code text not null,
    name text not null,
    category text not null,
    rate_bp integer not null,
    mark text not null,
    constraint goods_pkey primary key (merchant_id, tax_code, name),
    constraint goods_rate check (rate_bp between 0 and 10000)
);

-- As which cards an account's come into people's hands.
create table fapiaos.templates (
    merchant_id bigint not null,
    channel_id bigint not null,
    kind_id text not null,
    constraint templates_pkey primary key (merchant_id, channel_id)
);

-- Payments for which somebody was asked what they are called.
create table fapiaos.applications (
    merchant_id bigint not null,
    apply_no text not null,
    channel_id bigint not null,
    told_id bigint not null,
    created_at timestamptz not null,
    constraint applications_pkey primary key (merchant_id, apply_no)
);

create index applications_channel on fapiaos.applications (channel_id, apply_no);

create table fapiaos.fapiaos (
    merchant_id bigint not null,
    apply_no text not null,
    fapiao_no text not null,
    channel_id bigint not null,
    told_id bigint not null,
    person_id bigint not null,
    code text not null,
    state text not null,
    digest bytea not null,
    buyer jsonb not null,
    facts jsonb not null,
    blue jsonb not null,
    red jsonb,
    paper_id bigint not null,
    reason text not null default '',
    issued_at timestamptz not null,
    reversed_at timestamptz,
    constraint fapiaos_pkey primary key (merchant_id, apply_no),
    constraint fapiaos_state_known check (state in ('issued', 'reversed')),
    constraint fapiaos_reversed_when check (
        (state = 'reversed') = (red is not null) and (red is null) = (reversed_at is null)
    )
);
