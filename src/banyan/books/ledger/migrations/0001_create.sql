set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema ledger;

-- Updated by every transfer: half of each page is left free so that updates stay in place.
create table ledger.accounts (
    account_id bigint not null,
    book bigint not null,
    owner bigint not null,
    code smallint not null,
    flags smallint not null,
    debits_pending bigint not null default 0,
    debits_posted bigint not null default 0,
    credits_pending bigint not null default 0,
    credits_posted bigint not null default 0,
    primary key (account_id),
    constraint accounts_sums_positive check (
        debits_pending >= 0 and debits_posted >= 0
        and credits_pending >= 0 and credits_posted >= 0
    ),
    constraint accounts_debits_within_credits check (
        flags & 1 = 0 or debits_pending + debits_posted <= credits_posted
    ),
    constraint accounts_credits_within_debits check (
        flags & 2 = 0 or credits_pending + credits_posted <= debits_posted
    )
) with (fillfactor = 50);

-- Append only. Statements of one account are a view's work, so there is one index to maintain here.
create table ledger.transfers (
    transfer_id bigint not null,
    book bigint not null,
    debit bigint not null,
    credit bigint not null,
    amount bigint not null,
    code smallint not null,
    kind smallint not null,
    pending_id bigint not null,
    cause bigint not null,
    recorded_at timestamptz not null,
    primary key (transfer_id),
    constraint transfers_amount_positive check (amount >= 0),
    constraint transfers_two_accounts check (debit <> credit)
);

-- What is set aside now. Posting, voiding or expiring deletes the row, so it can happen once.
create table ledger.pendings (
    transfer_id bigint not null,
    book bigint not null,
    debit bigint not null,
    credit bigint not null,
    amount bigint not null,
    pending_until timestamptz,
    primary key (transfer_id)
);

create index pendings_by_due on ledger.pendings (pending_until);
