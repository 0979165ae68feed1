-- Accounts of others that a payee may be paid through; those of its own need not be named.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table payees.appids (
    merchant_id bigint not null,
    appid text not null,
    bound_at timestamptz not null,
    constraint appids_pkey primary key (merchant_id, appid)
);

-- While a payee changes over: by which pair of ours its program knew us last.
alter table payees.payees add column told_by text not null default 'public_key';
alter table payees.payees add constraint payees_told_by_known
check (told_by in ('certificate', 'public_key')) not valid;
