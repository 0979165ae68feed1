-- Ways into mini programs: codes that were asked for, and links of every sort. Distributed by
-- channel_id, which a link's token names.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema applinks;

-- One row a mini program, locked while it gets another code or link that lasts.
create table applinks.books (
    channel_id bigint not null,
    codes_count bigint not null default 0,
    lasting_count bigint not null default 0,
    constraint books_pkey primary key (channel_id),
    constraint books_codes check (codes_count between 0 and 100000),
    constraint books_lasting check (lasting_count between 0 and 100000)
) with (fillfactor = 70);

-- A code for a page is made once, however often it is drawn.
create table applinks.codes (
    channel_id bigint not null,
    shape text not null,
    path text not null,
    created_at timestamptz not null,
    constraint codes_pkey primary key (channel_id, shape, path),
    constraint codes_shape_known check (shape in ('round', 'square'))
);

create table applinks.links (
    channel_id bigint not null,
    chance bytea not null,
    kind text not null,
    page text not null,
    query text not null,
    env text not null,
    title text not null default '',
    model_id text not null default '',
    serial_no text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz,
    constraint links_pkey primary key (channel_id, chance),
    constraint links_kind_known check (kind in ('scheme', 'url', 'short', 'nfc'))
);

create index links_ending on applinks.links (channel_id, expires_at) where expires_at is not null;

-- How often links led somewhere, by days of the merchant's calendar; in parts, so that those who
-- come at once seldom wait for each other.
create table applinks.visits (
    channel_id bigint not null,
    day_on date not null,
    part smallint not null,
    visits_count bigint not null,
    constraint visits_pkey primary key (channel_id, day_on, part)
) with (fillfactor = 70);
