-- Answers that agents keep ready, and what people say of an agent's service.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Distributed by channel_id, like all tables here.
create table talks.canned (
    channel_id bigint not null,
    canned_id bigint not null,
    title text not null,
    answer text not null,
    constraint canned_pkey primary key (channel_id, canned_id)
);

-- A row whenever somebody is asked as an agent closes; the rating is written once.
create table talks.ratings (
    channel_id bigint not null,
    rating_id bigint not null,
    person_id bigint not null,
    agent_id bigint not null,
    message_id bigint not null,
    asked_at timestamptz not null,
    rating text,
    rated_at timestamptz,
    constraint ratings_pkey primary key (channel_id, rating_id),
    constraint ratings_known check (rating in ('satisfied', 'so_so', 'unsatisfied')),
    constraint ratings_when check ((rating is null) = (rated_at is null))
) with (fillfactor = 80);

create index ratings_of_person on talks.ratings (channel_id, person_id, rating_id);
create index ratings_asked on talks.ratings (channel_id, asked_at);
