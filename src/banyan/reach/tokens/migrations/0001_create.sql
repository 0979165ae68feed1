-- Tokens: what an account's own programs call with, their tickets for pages, and their quotas.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema tokens;

-- Distributed by channel_id, which a token's text names, so that looking one up asks one shard.
-- Stable tokens are handed out again and again: those lie sealed beside their digest.
create table tokens.tokens (
    channel_id bigint not null,
    token_digest bytea not null,
    kind text not null,
    sealed bytea,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    constraint tokens_pkey primary key (channel_id, token_digest),
    constraint tokens_kind_known check (kind in ('plain', 'stable')),
    constraint tokens_sealed_when check ((kind = 'stable') = (sealed is not null)),
    constraint tokens_lives check (expires_at >= issued_at)
);

-- One row an account, locked while a token or ticket of it is made: rivals get the same one.
create table tokens.holders (
    channel_id bigint not null,
    forced_on date not null,
    forced_count integer not null,
    forced_at timestamptz not null,
    constraint holders_pkey primary key (channel_id)
) with (fillfactor = 70);

create table tokens.tickets (
    channel_id bigint not null,
    kind text not null,
    sealed bytea not null,
    expires_at timestamptz not null,
    constraint tickets_pkey primary key (channel_id, kind),
    constraint tickets_kind_known check (kind in ('jsapi', 'wx_card'))
) with (fillfactor = 70);

-- How often each call was made on a day of the platform's calendar.
create table tokens.uses (
    channel_id bigint not null,
    used_on date not null,
    path text not null,
    used bigint not null,
    constraint uses_pkey primary key (channel_id, used_on, path),
    constraint uses_used check (used >= 0)
) with (fillfactor = 70);

create table tokens.clears (
    channel_id bigint not null,
    month_on date not null,
    cleared integer not null,
    constraint clears_pkey primary key (channel_id, month_on),
    constraint clears_cleared check (cleared between 1 and 10)
);
