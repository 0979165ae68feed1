-- Consents: what people let channels know about them, and by what channels ask.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema consents;

-- All are distributed by channel_id, which the texts of tokens and tickets name.
create table consents.grants (
    channel_id bigint not null,
    person_id bigint not null,
    scope text not null,
    granted_at timestamptz not null,
    constraint grants_pkey primary key (channel_id, person_id, scope),
    constraint grants_scope_known check (scope in ('profile', 'login'))
);

create index grants_person on consents.grants (person_id, channel_id);

-- A used code is kept for a while: whoever brings it again is told so.
create table consents.codes (
    channel_id bigint not null,
    code_digest bytea not null,
    person_id bigint not null,
    scope text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint codes_pkey primary key (channel_id, code_digest),
    constraint codes_scope_known check (scope in ('base', 'profile', 'login', 'app'))
) with (fillfactor = 80);

create index codes_expiry on consents.codes (channel_id, expires_at);

-- An access token is handed out again when it is refreshed in time, so it lies sealed.
create table consents.tokens (
    channel_id bigint not null,
    refresh_digest bytea not null,
    token_digest bytea not null,
    sealed bytea not null,
    person_id bigint not null,
    scope text not null,
    token_expires_at timestamptz not null,
    refresh_expires_at timestamptz not null,
    constraint tokens_pkey primary key (channel_id, refresh_digest),
    constraint tokens_token unique (channel_id, token_digest),
    constraint tokens_scope_known check (scope in ('base', 'profile', 'login'))
) with (fillfactor = 80);

create index tokens_person on consents.tokens (channel_id, person_id);
create index tokens_expiry on consents.tokens (channel_id, refresh_expires_at);

-- A person's present session key in a mini program.
create table consents.app_keys (
    channel_id bigint not null,
    person_id bigint not null,
    sealed bytea not null,
    started_at timestamptz not null,
    constraint app_keys_pkey primary key (channel_id, person_id)
) with (fillfactor = 80);

-- Somebody at a site waits for a phone to say who they are.
create table consents.logins (
    channel_id bigint not null,
    ticket_digest bytea not null,
    redirect text not null,
    state text not null,
    answer text not null,
    person_id bigint not null,
    expires_at timestamptz not null,
    constraint logins_pkey primary key (channel_id, ticket_digest),
    constraint logins_answer_known check (
        answer in ('waiting', 'seen', 'allowed', 'refused', 'done')
    ),
    constraint logins_answered check ((answer = 'waiting') = (person_id = 0))
) with (fillfactor = 80);

create index logins_expiry on consents.logins (channel_id, expires_at);
