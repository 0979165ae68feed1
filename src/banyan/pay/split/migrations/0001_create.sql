-- Split: whom merchants share with, what each got of what a charge brought, and what came back.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema split;

-- Distributed by merchant_id, as all tables of this room; here, whose receiver it is.
create table split.receivers (
    merchant_id bigint not null,
    kind text not null,
    receiver_id bigint not null,
    channel_id bigint not null,
    account text not null,
    relation text not null,
    custom_relation text not null,
    added_at timestamptz not null,
    constraint receivers_pkey primary key (merchant_id, kind, receiver_id),
    constraint receivers_kind_known check (kind in ('merchant', 'person'))
);

-- What was agreed with a merchant.
create table split.terms (
    merchant_id bigint not null,
    ratio_bp integer not null,
    notify_url text not null,
    constraint terms_pkey primary key (merchant_id),
    constraint terms_ratio check (ratio_bp between 0 and 10000)
);

-- Charges of which something waits, or waited, to be shared.
create table split.pools (
    merchant_id bigint not null,
    charge_id bigint not null,
    opened_at timestamptz not null,
    over_at timestamptz,
    sharings_count integer not null default 0,
    shared_fen bigint not null default 0,
    returned_fen bigint not null default 0,
    subsidy_fen bigint not null default 0,
    constraint pools_pkey primary key (merchant_id, charge_id),
    constraint pools_returned check (returned_fen between 0 and shared_fen),
    constraint pools_subsidy check (subsidy_fen >= 0)
);

create table split.sharings (
    merchant_id bigint not null,
    sharing_id bigint not null,
    charge_id bigint not null,
    provider_id bigint not null,
    holder_id bigint not null,
    form text not null,
    out_no text not null,
    digest bytea not null,
    is_last boolean not null,
    unfrozen_fen bigint not null,
    description text not null,
    created_at timestamptz not null,
    constraint sharings_pkey primary key (merchant_id, sharing_id),
    constraint sharings_out_no unique (merchant_id, provider_id, out_no),
    constraint sharings_form_known check (form in ('own', 'brand', 'platform')),
    constraint sharings_unfrozen check (unfrozen_fen >= 0 and (is_last or unfrozen_fen = 0))
);

create index sharings_charge on split.sharings (merchant_id, charge_id, sharing_id);
create index sharings_day on split.sharings (merchant_id, created_at, sharing_id);

create table split.parts (
    merchant_id bigint not null,
    part_id bigint not null,
    sharing_id bigint not null,
    kind text not null,
    receiver_id bigint not null,
    channel_id bigint not null,
    account text not null,
    amount_fen bigint not null,
    description text not null,
    state text not null,
    fail_reason text not null,
    returned_fen bigint not null default 0,
    constraint parts_pkey primary key (merchant_id, part_id),
    constraint parts_kind_known check (kind in ('merchant', 'person')),
    constraint parts_state_known check (state in ('done', 'closed')),
    constraint parts_amount check (amount_fen > 0),
    constraint parts_returned check (
        returned_fen between 0 and amount_fen and (state = 'done' or returned_fen = 0)
    )
);

create index parts_sharing on split.parts (merchant_id, sharing_id, part_id);
-- What a receiver got, from whomever.
create index parts_receiver on split.parts (kind, receiver_id, part_id);

create table split.returns (
    merchant_id bigint not null,
    return_id bigint not null,
    charge_id bigint not null,
    sharing_id bigint not null,
    part_id bigint not null,
    provider_id bigint not null,
    out_return_no text not null,
    digest bytea not null,
    payer_id bigint not null,
    payer_mchid text not null,
    amount_fen bigint not null,
    description text not null,
    is_pooled boolean not null,
    returned_at timestamptz not null,
    constraint returns_pkey primary key (merchant_id, return_id),
    constraint returns_out_no unique (merchant_id, provider_id, out_return_no),
    constraint returns_amount check (amount_fen > 0)
);

create index returns_sharing on split.returns (merchant_id, sharing_id, return_id);

create table split.subsidies (
    merchant_id bigint not null,
    subsidy_id bigint not null,
    charge_id bigint not null,
    provider_id bigint not null,
    out_no text not null,
    digest bytea not null,
    is_return boolean not null,
    refund_id bigint not null,
    amount_fen bigint not null,
    description text not null,
    is_pooled boolean not null,
    given_at timestamptz not null,
    constraint subsidies_pkey primary key (merchant_id, subsidy_id),
    constraint subsidies_out_no unique (merchant_id, provider_id, is_return, out_no),
    constraint subsidies_amount check (amount_fen > 0)
);

create index subsidies_charge on split.subsidies (merchant_id, charge_id, subsidy_id);
