-- Blocks: whom accounts want nothing to do with. Distributed by channel_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema blocks;

create table blocks.blocked (
    channel_id bigint not null,
    openid text not null,
    person_id bigint not null,
    blocked_at timestamptz not null,
    constraint blocked_pkey primary key (channel_id, openid),
    constraint blocked_person unique (channel_id, person_id)
);
