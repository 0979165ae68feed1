-- Media: pictures, sounds and films of accounts; the bytes lie in the storage of files.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema media;

-- Distributed by channel_id. What has an end is temporary; names are of the files as uploaded.
create table media.items (
    channel_id bigint not null,
    media_id text not null,
    kind text not null,
    file text not null,
    bytes_count bigint not null,
    name text not null,
    title text not null,
    introduction text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    constraint items_pkey primary key (channel_id, media_id),
    constraint items_kind_known check (kind in ('image', 'voice', 'video', 'thumb')),
    constraint items_file_form check (file ~ '^[0-9a-f]{64}\.[a-z0-9]{1,8}$')
);

create index items_kept on media.items (channel_id, kind, created_at, media_id)
where expires_at is null;
create index items_expiry on media.items (channel_id, expires_at) where expires_at is not null;

-- How many an account keeps of each kind; its row is locked while one is added or deleted.
create table media.counts (
    channel_id bigint not null,
    kind text not null,
    kept bigint not null,
    constraint counts_pkey primary key (channel_id, kind),
    constraint counts_kept check (kept >= 0)
) with (fillfactor = 70);
