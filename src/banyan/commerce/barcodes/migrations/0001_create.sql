-- Barcodes: what an account says about a thing to whoever scans what is printed on it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema barcodes;

-- Distributed by channel_id. `facts` is what people see once it is published.
create table barcodes.goods (
    channel_id bigint not null,
    standard text not null,
    code text not null,
    goods_id bigint not null,
    facts jsonb not null,
    state text not null,
    why text not null default '',
    updated_at timestamptz not null,
    constraint goods_pkey primary key (channel_id, standard, code),
    constraint goods_id_once unique (channel_id, goods_id),
    constraint goods_state_known check (state in ('off', 'check', 'on', 'reject'))
) with (fillfactor = 80);

-- Of all accounts that say something about a code, the first that was published is shown.
create index goods_shown on barcodes.goods (standard, code, updated_at) where state = 'on';

-- Who sees what an account says before it is published.
create table barcodes.testers (
    channel_id bigint not null,
    person_id bigint not null,
    constraint testers_pkey primary key (channel_id, person_id)
);

-- Somebody scanned a code; `token` goes along to the addresses on the page, by which the account's
-- program asks who came.
create table barcodes.visits (
    token text not null,
    channel_id bigint not null,
    standard text not null,
    code text not null,
    person_id bigint not null,
    is_checked boolean not null default false,
    visited_at timestamptz not null,
    constraint visits_pkey primary key (token)
);

create index visits_old on barcodes.visits (visited_at);
