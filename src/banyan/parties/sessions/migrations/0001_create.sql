-- Sessions: one-time codes on their way, how often they were asked for, and the devices signed in.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema sessions;

-- One row a phone, and no phone in it: the number and the code lie sealed under the server's key
-- until the code is sent, then only keyed digests are left.
create table sessions.codes (
    phone_digest bytea not null,
    code_id bigint not null,
    code_digest bytea not null,
    sealed bytea,
    tries_left smallint not null,
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    constraint codes_pkey primary key (phone_digest),
    constraint codes_tries check (tries_left between 0 and 5)
);

create index codes_code on sessions.codes (code_id);

-- How often a phone or an address asked within a period that began with its first request.
create table sessions.counts (
    subject bytea not null,
    period_s integer not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    count integer not null,
    constraint counts_pkey primary key (subject, period_s)
);

create index counts_ends on sessions.counts (ends_at);

create table sessions.sessions (
    token_digest bytea not null,
    session_id bigint not null,
    person_id bigint not null,
    device text not null,
    signed_in_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (token_digest)
);

create index sessions_person on sessions.sessions (person_id, session_id);
