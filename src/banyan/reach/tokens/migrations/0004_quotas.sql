-- How often a day calls may be made where operators want it otherwise than the protocol has it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Of channel 0: of all that have no quota of their own.
create table tokens.quotas (
    channel_id bigint not null,
    path text not null,
    daily_max bigint not null,
    set_at timestamptz not null,
    constraint quotas_pkey primary key (channel_id, path),
    constraint quotas_daily_max_whole check (daily_max >= 0)
) with (fillfactor = 70);
