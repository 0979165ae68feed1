set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- How far business time is ahead of the system's: zero but on a test server.
create table timers.clock (
    is_only boolean not null default true,
    offset_us bigint not null default 0,
    primary key (is_only),
    constraint clock_single_row check (is_only)
);

insert into timers.clock (is_only) values (true);
