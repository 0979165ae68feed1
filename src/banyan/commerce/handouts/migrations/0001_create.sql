-- Handouts: what offers cards, who is given one for paying, and what became of cards by day.
-- Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema handouts;

create table handouts.shelves (
    merchant_id bigint not null,
    shelf_id bigint not null,
    channel_id bigint not null,
    kind text not null,
    chance bytea not null,
    title text not null default '',
    banner_url text not null default '',
    scene text not null default '',
    may_share boolean not null default false,
    items jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    constraint shelves_pkey primary key (merchant_id, shelf_id),
    constraint shelves_kind_known check (kind in ('code', 'page', 'activation'))
);

create table handouts.rules (
    merchant_id bigint not null,
    rule_id bigint not null,
    channel_id bigint not null,
    card_id bigint not null,
    is_member boolean not null,
    cost_min_fen bigint not null,
    cost_max_fen bigint not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    jump_url text not null default '',
    created_at timestamptz not null,
    deleted_at timestamptz,
    constraint rules_pkey primary key (merchant_id, rule_id),
    constraint rules_span check (begins_at < ends_at),
    constraint rules_costs check (
        cost_min_fen >= 0 and (cost_max_fen = 0 or cost_max_fen > cost_min_fen)
    )
);

create index rules_channel on handouts.rules (channel_id, rule_id);

-- What happened to cards, a day and person: rebuilt from the journal whenever need be.
create table handouts.days (
    merchant_id bigint not null,
    card_id bigint not null,
    day_on date not null,
    what text not null,
    person_id bigint not null,
    channel_id bigint not null,
    kind text not null,
    is_from_program boolean not null,
    times integer not null,
    constraint days_pkey primary key (merchant_id, card_id, day_on, what, person_id)
);
