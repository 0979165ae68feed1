set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Bills read the transfers of a day. They lie in the order of time, so that a few words a range of
-- blocks find them, and appending maintains next to nothing.
-- squawk-ignore require-concurrent-index-creation
create index transfers_by_time on ledger.transfers using brin (recorded_at);
