-- Payouts: money on its way from a wallet or a purse to its holder's account at a bank.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema payouts;

-- Where a holder has their money sent; a person or a merchant, whose ids never coincide.
-- Distributed by holder_id, as the next.
create table payouts.bank_accounts (
    holder_id bigint not null,
    bank_id text not null,
    name text not null,
    number_sealed bytea not null,
    number_tail text not null,
    changed_at timestamptz not null,
    constraint bank_accounts_pkey primary key (holder_id)
) with (fillfactor = 70);

-- `hold_id` is the pending transfer that sets the money aside until the bank has said yes or no.
-- `due_at` is an instant of the real clock: before it nobody touches the payout, be it that
-- somebody is asking the bank or that it rests between two tries.
create table payouts.payouts (
    holder_id bigint not null,
    payout_id bigint not null,
    holder_kind text not null,
    out_no text not null,
    currency text not null,
    amount_fen bigint not null,
    remark text not null,
    bank_memo text not null,
    notify_url text not null,
    bank_id text not null,
    bank_name text not null,
    number_sealed bytea not null,
    number_tail text not null,
    hold_id bigint not null,
    state text not null,
    tries integer not null default 0,
    due_at timestamptz not null,
    bank_no text not null default '',
    why text not null default '',
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint payouts_pkey primary key (holder_id, payout_id),
    constraint payouts_amount check (amount_fen > 0),
    constraint payouts_kind_known check (holder_kind in ('person', 'merchant')),
    constraint payouts_state_known check (state in ('accepted', 'paid', 'failed'))
) with (fillfactor = 70);

-- A holder's own number names one payout.
create unique index payouts_out_no on payouts.payouts (holder_id, out_no) where out_no <> '';
create index payouts_due on payouts.payouts (due_at) where state = 'accepted';

-- The test bank's own book: what it took, under whose number. It is the other side of the wire.
create table payouts.test_bank (
    number text not null,
    bank_no text not null,
    account_number_tail text not null,
    currency text not null,
    amount_fen bigint not null,
    taken_at timestamptz not null,
    constraint test_bank_pkey primary key (number)
);
