-- Who appealed, and a merchant's refused things, the newest first.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Checks are few so far: nobody waits.
-- squawk-ignore require-concurrent-index-creation
create index checks_of_merchant on moderation.checks (channel_id, check_id desc)
where state in ('waiting', 'refused', 'appealed') or appeal <> '';
