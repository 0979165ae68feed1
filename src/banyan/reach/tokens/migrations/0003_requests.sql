-- From where an account's programs may ask for tokens, and their calls that failed.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Without a row, or with none in it, from anywhere.
create table tokens.allowed (
    channel_id bigint not null,
    addresses text[] not null,
    changed_at timestamptz not null,
    constraint allowed_pkey primary key (channel_id)
) with (fillfactor = 70);

-- What a program is told by `rid`, it may look up for seven days.
create table tokens.requests (
    channel_id bigint not null,
    rid text not null,
    url text not null,
    body text not null,
    answer text not null,
    asked_at timestamptz not null,
    took_ms integer not null,
    constraint requests_pkey primary key (channel_id, rid)
);

create index requests_old on tokens.requests (channel_id, asked_at);
