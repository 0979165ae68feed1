-- Audience: who did what with an official account or mini program, by hour of China's days. All of
-- it is computed from the journal, and can be thrown away and computed again.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema audience;

-- What people did, so that they can be counted once however often they did it. Distributed by
-- channel_id; a channel's facts lie in one lane, so no two writers touch a row.
create table audience.deeds (
    channel_id bigint not null,
    deed text not null,
    happened_on date not null,
    hour smallint not null,
    subject text not null,
    source text not null,
    who text not null,
    times integer not null,
    constraint deeds_pkey primary key (
        channel_id, deed, happened_on, hour, subject, source, who
    ),
    constraint deeds_hour check (hour between 0 and 23),
    constraint deeds_times check (times > 0)
);

create index deeds_visits on audience.deeds (channel_id, who, happened_on) where deed = 'visited';

-- How many followed and left, by what had brought them.
create table audience.moves (
    channel_id bigint not null,
    happened_on date not null,
    source text not null,
    gained bigint not null,
    lost bigint not null,
    constraint moves_pkey primary key (channel_id, happened_on, source),
    constraint moves_counts check (gained >= 0 and lost >= 0)
) with (fillfactor = 70);

-- How an account's own server did.
create table audience.served (
    channel_id bigint not null,
    happened_on date not null,
    hour smallint not null,
    pushes bigint not null,
    failures bigint not null,
    took_ms bigint not null,
    longest_ms integer not null,
    constraint served_pkey primary key (channel_id, happened_on, hour),
    constraint served_hour check (hour between 0 and 23),
    constraint served_counts check (failures between 0 and pushes)
) with (fillfactor = 70);
