-- Vouchers: stocks of them, those in people's hands, and every use with what went back of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema vouchers;

-- Few and rarely written: on a cluster the same on every node. merchant_id 0 is the platform.
-- How many are left, held, used and expired, and what the fund holds, is on the ledger, not here.
create table vouchers.stocks (
    merchant_id bigint not null,
    stock_id bigint not null,
    belong_merchant_id bigint not null,
    request_no text not null,
    digest text not null,
    name text not null,
    comment text not null,
    description text not null,
    is_cash boolean not null,
    amount_fen bigint not null,
    minimum_fen bigint not null,
    max_count bigint not null,
    max_by_day bigint not null,
    max_by_person integer not null,
    rule jsonb not null,
    style text not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    state text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    stopped_at timestamptz,
    ended_at timestamptz,
    funded_fen bigint not null default 0,
    returned_fen bigint not null default 0,
    constraint stocks_pkey primary key (merchant_id, stock_id),
    constraint stocks_asked_once unique (merchant_id, request_no),
    constraint stocks_state_known check (
        state in ('unactivated', 'running', 'paused', 'stopped')
    ),
    constraint stocks_worth check (amount_fen > 0 and minimum_fen > 0 and max_count > 0),
    constraint stocks_limits check (max_by_day >= 0 and max_by_person > 0),
    constraint stocks_window check (begins_at < ends_at),
    constraint stocks_money check (returned_fen between 0 and funded_fen)
);

create unique index stocks_number on vouchers.stocks (stock_id);

-- What was sent, in all and on the last day: the row that rivals for the same stock queue at.
create table vouchers.budgets (
    merchant_id bigint not null,
    stock_id bigint not null,
    sent_count bigint not null default 0,
    day_on date not null,
    day_count bigint not null default 0,
    constraint budgets_pkey primary key (merchant_id, stock_id),
    constraint budgets_counts check (sent_count >= 0 and day_count between 0 and sent_count)
) with (fillfactor = 50);

-- Distributed by the merchant that sends: the same number sends once.
create table vouchers.sends (
    merchant_id bigint not null,
    request_no text not null,
    stock_id bigint not null,
    person_id bigint not null,
    voucher_id bigint not null,
    constraint sends_pkey primary key (merchant_id, request_no)
);

-- Distributed by person_id. `ordinal` counts the vouchers of one stock that one person got: the key
-- forbids a rival from passing the limit.
create table vouchers.vouchers (
    person_id bigint not null,
    voucher_id bigint not null,
    merchant_id bigint not null,
    stock_id bigint not null,
    ordinal integer not null,
    sender_merchant_id bigint not null,
    channel_id bigint not null,
    state text not null default 'held',
    sent_at timestamptz not null,
    usable_from timestamptz not null,
    usable_until timestamptz not null,
    used_at timestamptz,
    used_merchant_id bigint not null default 0,
    charge_id bigint not null default 0,
    transaction_no text not null default '',
    used_fen bigint not null default 0,
    constraint vouchers_pkey primary key (person_id, voucher_id),
    constraint vouchers_ordinal unique (person_id, stock_id, ordinal),
    constraint vouchers_state_known check (state in ('held', 'used', 'expired')),
    constraint vouchers_use check (
        (state = 'used') = (used_at is not null) and (state = 'used') = (charge_id <> 0)
    )
) with (fillfactor = 80);

create index vouchers_held on vouchers.vouchers (person_id, usable_until) where state = 'held';
create index vouchers_stock on vouchers.vouchers (stock_id, voucher_id);

-- Distributed by the merchant that made the stock, who reads them as a file.
create table vouchers.uses (
    merchant_id bigint not null,
    use_id bigint not null,
    stock_id bigint not null,
    voucher_id bigint not null,
    person_id bigint not null,
    paid_merchant_id bigint not null,
    charge_id bigint not null,
    transaction_no text not null,
    total_fen bigint not null,
    is_cash boolean not null,
    amount_fen bigint not null,
    refunded_fen bigint not null default 0,
    used_at timestamptz not null,
    constraint uses_pkey primary key (merchant_id, use_id),
    constraint uses_amount check (amount_fen > 0 and refunded_fen between 0 and amount_fen)
);

create index uses_stock on vouchers.uses (merchant_id, stock_id, used_at);

create table vouchers.use_refunds (
    merchant_id bigint not null,
    use_id bigint not null,
    refund_id bigint not null,
    stock_id bigint not null,
    source_code integer not null,
    is_to_fund boolean not null,
    amount_fen bigint not null,
    refunded_at timestamptz not null,
    constraint use_refunds_pkey primary key (merchant_id, use_id, refund_id),
    constraint use_refunds_amount check (amount_fen > 0)
);

create index use_refunds_stock on vouchers.use_refunds (merchant_id, stock_id, refunded_at);

-- Where a merchant's program wants to be told of what it did with vouchers.
create table vouchers.callbacks (
    merchant_id bigint not null,
    url text not null,
    is_on boolean not null,
    set_at timestamptz not null,
    constraint callbacks_pkey primary key (merchant_id)
);
