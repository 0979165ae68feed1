-- Messages that somebody let an account send once, for one of its scenes.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Distributed by channel_id. A row is the permission; sending the message takes it away.
create table templates.once_permits (
    channel_id bigint not null,
    person_id bigint not null,
    scene smallint not null,
    granted_at timestamptz not null,
    constraint once_permits_pkey primary key (channel_id, person_id, scene),
    constraint once_permits_scene check (scene between 0 and 10000)
);
