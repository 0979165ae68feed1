-- Bills: what came into each of a merchant's accounts and left it on each day in China. Counted
-- from the ledger's transfers in the order of their ids, and can be deleted and counted again.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema bills;

-- Distributed by account_id. Days on which nothing moved have no row.
create table bills.days (
    account_id bigint not null,
    day date not null,
    debits_fen bigint not null,
    credits_fen bigint not null,
    constraint days_pkey primary key (account_id, day)
) with (fillfactor = 80);

-- One row: all transfers up to this id are in `days`, and no later one.
create table bills.counted (
    is_only boolean not null default true,
    transfer_id bigint not null,
    constraint counted_pkey primary key (is_only),
    constraint counted_only check (is_only)
);
