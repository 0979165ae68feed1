-- Pushes: the server of an official account's own program, what it is told, and what came of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema pushes;

-- One row an account. Token and keys lie sealed; the key before the present one still opens what
-- the account's server sends, for a while.
create table pushes.servers (
    channel_id bigint not null,
    merchant_id bigint not null,
    url text not null,
    mode text not null,
    token_sealed bytea not null,
    key_sealed bytea not null,
    old_key_sealed bytea,
    old_key_until timestamptz,
    changed_at timestamptz not null,
    constraint servers_pkey primary key (channel_id),
    constraint servers_mode_known check (mode in ('plain', 'compatible', 'safe')),
    constraint servers_old_key_when check ((old_key_sealed is null) = (old_key_until is null))
) with (fillfactor = 70);

-- A server that has yet to prove that it knows the token, or has failed to: the one before serves
-- on. `due_at` is an instant of the real clock, before which nobody asks it (again).
create table pushes.candidates (
    channel_id bigint not null,
    merchant_id bigint not null,
    candidate_id bigint not null,
    url text not null,
    mode text not null,
    token_sealed bytea not null,
    key_sealed bytea not null,
    outcome text,
    due_at timestamptz not null,
    changed_at timestamptz not null,
    constraint candidates_pkey primary key (channel_id),
    constraint candidates_mode_known check (mode in ('plain', 'compatible', 'safe'))
) with (fillfactor = 70);

create index candidates_due on pushes.candidates (due_at) where outcome is null;

-- Distributed by channel_id. Of the waiting pushes of one person and account only the oldest is
-- under way. `due_at` is an instant of the real clock, not of business: before it nobody touches
-- the push, be it that somebody is at it (a lease that ends by itself) or that it rests between two
-- tries. `tries` counts the takings; who took it the n-th time may say what became of that one.
-- Those up to `tries_before` were made before it was wanted again.
create table pushes.pushes (
    channel_id bigint not null,
    push_id bigint not null,
    person_id bigint not null,
    openid text not null,
    kind text not null,
    fields jsonb not null,
    state text not null,
    tries smallint not null,
    tries_before smallint not null,
    due_at timestamptz not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint pushes_pkey primary key (channel_id, push_id),
    constraint pushes_state_known check (state in ('waiting', 'answered', 'failed')),
    constraint pushes_finished_when check ((state = 'waiting') = (finished_at is null)),
    constraint pushes_tries check (tries_before between 0 and tries)
) with (fillfactor = 80);

create index pushes_due on pushes.pushes (channel_id, due_at, push_id) where state = 'waiting';
create index pushes_of_person on pushes.pushes (channel_id, person_id, push_id)
where state = 'waiting';

create table pushes.attempts (
    channel_id bigint not null,
    push_id bigint not null,
    number smallint not null,
    url text not null,
    at timestamptz not null,
    outcome text not null,
    status smallint not null,
    took_ms integer not null,
    constraint attempts_pkey primary key (channel_id, push_id, number),
    constraint attempts_outcome_known check (
        outcome in (
            'replied', 'acknowledged', 'garbage', 'bad_status', 'timed_out', 'unreachable',
            'forbidden'
        )
    ),
    constraint attempts_took check (took_ms >= 0)
);
