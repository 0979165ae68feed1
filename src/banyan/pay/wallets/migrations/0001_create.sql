-- Wallets: who holds money with us, the banks it comes from, and each top-up.
-- Balances are the ledger's.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema wallets;

-- Distributed by person_id. The row is what a top-up locks, so that the largest balance holds
-- between rivals.
create table wallets.wallets (
    person_id bigint not null,
    currency text not null,
    opened_at timestamptz not null,
    constraint wallets_pkey primary key (person_id, currency),
    constraint wallets_currency_form check (currency ~ '^[A-Z]{3}$')
);

-- Where money may come from. Small, the same on every node.
create table wallets.banks (
    bank_id text not null,
    is_enabled boolean not null,
    constraint banks_pkey primary key (bank_id)
);

create table wallets.top_ups (
    person_id bigint not null,
    top_up_id bigint not null,
    bank_id text not null,
    currency text not null,
    amount_fen bigint not null,
    topped_up_at timestamptz not null,
    constraint top_ups_pkey primary key (person_id, top_up_id),
    constraint top_ups_positive check (amount_fen > 0)
);
