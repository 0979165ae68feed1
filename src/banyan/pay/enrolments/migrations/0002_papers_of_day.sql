-- How many papers a provider showed of late.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index papers_of_day on enrolments.papers (merchant_id, added_at);
