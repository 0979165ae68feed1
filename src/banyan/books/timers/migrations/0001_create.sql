set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema timers;

create table timers.timers (
    subject bigint not null,
    kind text not null,
    due_at timestamptz not null,
    data bytea not null,
    attempts integer not null default 0,
    last_failure text,
    primary key (subject, kind)
);

create index timers_by_due on timers.timers (due_at);
