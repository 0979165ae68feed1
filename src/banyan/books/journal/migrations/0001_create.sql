set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema journal;

-- One row a lane. An append takes its numbers here and holds the row to the commit, so that the
-- numbers of a lane have no gaps and appear in order.
create table journal.lanes (
    lane smallint not null,
    last_number bigint not null default 0,
    primary key (lane)
) with (fillfactor = 10);

insert into journal.lanes (lane)
select lane from generate_series(0, 15) as lane;

create table journal.events (
    lane smallint not null,
    number bigint not null,
    kind text not null,
    occurred_at timestamptz not null,
    actor_kind text not null,
    actor_id bigint not null,
    merchant_id bigint not null,
    person_id bigint not null,
    store_id bigint not null,
    code_id bigint not null,
    channel_id bigint not null,
    subject_id bigint not null,
    data bytea not null,
    primary key (lane, number)
);

create table journal.cursors (
    follower text not null,
    lane smallint not null,
    last_number bigint not null,
    primary key (follower, lane)
) with (fillfactor = 50);
