-- How far the transfers were looked at once more, later: who took longest to commit is added then.
-- What is listed is counted, so a line has its amount: above zero what came in, below what went
-- out.
-- All of it is counted once more.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

delete from bills.moves;
delete from bills.days;
delete from bills.counted;

alter table bills.moves
add column amount_fen bigint not null default 0;

alter table bills.counted
add column checked_id bigint not null default 0;
