set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema answers;

create table answers.answers (
    actor_id bigint not null,
    key text not null,
    operation text not null,
    request_digest bytea not null,
    answer bytea not null,
    answered_at timestamptz not null,
    primary key (actor_id, key)
);

create index answers_by_age on answers.answers (answered_at);
