-- A provider says that it adds nothing to what a charge brought.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table split.pools add column unsubsidized_at timestamptz;
