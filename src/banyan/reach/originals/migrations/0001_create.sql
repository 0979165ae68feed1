-- Originals: what was published, by what it has in common with others, and whose it is.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema originals;

create table originals.works (
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    merchant_id bigint not null,
    article_id text not null,
    title text not null,
    published_at timestamptz not null,
    is_gone boolean not null default false,
    declared_at timestamptz,
    may_reprint boolean not null default false,
    constraint works_pkey primary key (channel_id, publish_number, place),
    constraint works_article unique (channel_id, article_id, place)
);

-- Distributed by band: whoever has some in common with a text is found by them.
create table originals.bands (
    band bigint not null,
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    constraint bands_pkey primary key (band, channel_id, publish_number, place)
);

create table originals.complaints (
    complaint_id bigint not null,
    merchant_id bigint not null,
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    against_channel_id bigint not null,
    against_number bigint not null,
    against_place smallint not null,
    share double precision not null,
    why text not null,
    state text not null default 'waiting',
    created_at timestamptz not null,
    decided_at timestamptz,
    decided_by bigint not null default 0,
    note text not null default '',
    constraint complaints_pkey primary key (complaint_id),
    constraint complaints_once unique (
        channel_id, publish_number, place, against_channel_id, against_number, against_place
    ),
    constraint complaints_state check (state in ('waiting', 'upheld', 'rejected'))
);

create index complaints_waiting on originals.complaints (complaint_id) where state = 'waiting';
create index complaints_of_merchant on originals.complaints (merchant_id, complaint_id desc);
