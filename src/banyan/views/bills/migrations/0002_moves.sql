-- Which transfers moved each of a merchant's accounts, by time: the ledger keeps no such index, as
-- everybody who moves anything would have to write it. All is counted once more, for both.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Distributed by account_id.
create table bills.moves (
    account_id bigint not null,
    recorded_at timestamptz not null,
    transfer_id bigint not null,
    constraint moves_pkey primary key (account_id, recorded_at, transfer_id)
);

delete from bills.days;
delete from bills.counted;
