-- Remotes: accounts of ours that are accounts at the real WeChat, and what we ask of it there.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema remotes;

-- One row an account. `token` and `key` are those by which WeChat signs what it tells us.
create table remotes.accounts (
    channel_id bigint not null,
    merchant_id bigint not null,
    appid text not null,
    secret_sealed bytea not null,
    token_sealed bytea not null,
    key_sealed bytea not null,
    state text not null,
    errcode integer not null default 0,
    why text not null default '',
    changed_at timestamptz not null,
    constraint accounts_pkey primary key (channel_id),
    constraint accounts_state_known check (state in ('checking', 'acting', 'refused'))
) with (fillfactor = 70);

-- Who is known there under which openid; it is the openid of the account here as well.
create table remotes.people (
    channel_id bigint not null,
    openid text not null,
    person_id bigint not null,
    met_at timestamptz not null,
    constraint people_pkey primary key (channel_id, openid),
    constraint people_person_once unique (channel_id, person_id)
);

-- What is called otherwise there: tags, templates, codes, media. `until` null: it stays so.
create table remotes.names (
    channel_id bigint not null,
    kind text not null,
    here text not null,
    there text not null,
    url text not null default '',
    until timestamptz,
    constraint names_pkey primary key (channel_id, kind, here)
);

create index names_there on remotes.names (channel_id, kind, there);

-- Distributed by channel_id. Errands of one line are run one after the other. `due_at` is an
-- instant of the real clock: before it nobody touches the errand, be it that somebody is at it or
-- that it rests between two tries.
create table remotes.errands (
    channel_id bigint not null,
    errand_id bigint not null,
    line text not null,
    kind text not null,
    fields jsonb not null,
    state text not null,
    tries smallint not null,
    due_at timestamptz not null,
    errcode integer not null default 0,
    why text not null default '',
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint errands_pkey primary key (channel_id, errand_id),
    constraint errands_state_known check (state in ('waiting', 'done', 'failed')),
    constraint errands_finished_when check ((state = 'waiting') = (finished_at is null)),
    constraint errands_tries check (tries >= 0)
) with (fillfactor = 80);

create index errands_due on remotes.errands (due_at, errand_id) where state = 'waiting';
create index errands_line on remotes.errands (channel_id, line, errand_id)
where state = 'waiting';
create index errands_finished on remotes.errands (finished_at) where state <> 'waiting';
