-- Voices: accounts take turns.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What waits already is heard before what is asked from now on.
alter table voices.hearings add column turn_at timestamptz not null default now();

-- squawk-ignore require-concurrent-index-creation
create index hearings_turn on voices.hearings (turn_at) where state = 'waiting';
-- squawk-ignore require-concurrent-index-deletion
drop index voices.hearings_waiting;
