-- Notifications: what merchants' servers are to be told of payments, and what came of telling them.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema notifications;

-- Distributed by merchant_id. `due_at` is an instant of business: before it nobody is told.
-- `leased_until` is one of the real clock: before it somebody else is at it. `tries` counts the
-- takings; those up to `tries_before` were made before it was wanted again.
create table notifications.notifications (
    merchant_id bigint not null,
    notification_id bigint not null,
    protocol text not null,
    kind text not null,
    subject_id bigint not null,
    url text not null,
    data bytea not null,
    ladder text not null,
    state text not null,
    tries smallint not null,
    tries_before smallint not null,
    due_at timestamptz not null,
    leased_until timestamptz not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint notifications_pkey primary key (merchant_id, notification_id),
    constraint notifications_state_known check (state in ('waiting', 'told', 'failed')),
    constraint notifications_finished_when check ((state = 'waiting') = (finished_at is null)),
    constraint notifications_tries check (tries_before between 0 and tries)
) with (fillfactor = 80);

create index notifications_due on notifications.notifications (due_at, notification_id)
where state = 'waiting';
create index notifications_finished on notifications.notifications (finished_at)
where state <> 'waiting';

create table notifications.attempts (
    merchant_id bigint not null,
    notification_id bigint not null,
    number smallint not null,
    url text not null,
    at timestamptz not null,
    outcome text not null,
    status smallint not null,
    took_ms integer not null,
    constraint attempts_pkey primary key (merchant_id, notification_id, number),
    constraint attempts_outcome_known check (
        outcome in ('taken', 'refused', 'timed_out', 'unreachable', 'forbidden', 'unwritten')
    ),
    constraint attempts_took check (took_ms >= 0)
);
