-- Merchants' own coupons that their programs give out and use up beside the payment.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema busifavors;

-- What was sent is counted in the row itself: senders of one stock queue at it.
create table busifavors.stocks (
    merchant_id bigint not null,
    stock_id bigint not null,
    belong_merchant_id bigint not null,
    name text not null,
    comment text not null,
    goods_name text not null,
    kind text not null,
    amount_fen bigint not null,
    percent integer not null,
    minimum_fen bigint not null,
    code_mode text not null,
    max_count bigint not null,
    max_by_day bigint not null,
    max_by_person integer not null,
    rule jsonb not null,
    words text not null,
    is_subsidised boolean not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    created_at timestamptz not null,
    sent_count bigint not null default 0,
    day_on date not null,
    day_count bigint not null default 0,
    constraint stocks_pkey primary key (merchant_id, stock_id),
    constraint stocks_kind_known check (kind in ('normal', 'discount', 'exchange')),
    constraint stocks_code_mode_known check (code_mode in ('ours', 'given', 'uploaded')),
    constraint stocks_limits check (
        sent_count between 0 and max_count and max_by_day >= 0 and max_by_person > 0
        and day_count between 0 and sent_count
    ),
    constraint stocks_window check (begins_at < ends_at)
);

create unique index stocks_number on busifavors.stocks (stock_id);

-- Codes that a merchant uploaded, to be given out one by one.
create table busifavors.codes (
    merchant_id bigint not null,
    stock_id bigint not null,
    code text not null,
    upload_id bigint not null,
    place integer not null,
    uploaded_at timestamptz not null,
    coupon_id bigint not null default 0,
    constraint codes_pkey primary key (merchant_id, stock_id, code)
);

create index codes_free on busifavors.codes (merchant_id, stock_id, upload_id, place)
where coupon_id = 0;

create table busifavors.coupons (
    merchant_id bigint not null,
    coupon_id bigint not null,
    stock_id bigint not null,
    code text not null,
    person_id bigint not null,
    channel_id bigint not null,
    ordinal integer not null,
    sender_merchant_id bigint not null,
    request_no text not null,
    state text not null default 'held',
    sent_at timestamptz not null,
    usable_from timestamptz not null,
    usable_until timestamptz not null,
    used_at timestamptz,
    use_request_no text not null default '',
    deactivated_at timestamptz,
    out_no text not null default '',
    constraint coupons_pkey primary key (merchant_id, coupon_id),
    constraint coupons_code unique (merchant_id, stock_id, code),
    constraint coupons_ordinal unique (merchant_id, stock_id, person_id, ordinal),
    constraint coupons_state_known check (state in ('held', 'used', 'deactivated')),
    constraint coupons_use check ((state = 'used') = (used_at is not null))
);

create index coupons_person on busifavors.coupons (person_id, coupon_id);

-- What a program asked under a number of its own: asking again changes nothing.
create table busifavors.requests (
    merchant_id bigint not null,
    kind text not null,
    request_no text not null,
    digest text not null,
    subject_id bigint not null,
    asked_at timestamptz not null,
    constraint requests_pkey primary key (merchant_id, kind, request_no)
);

create table busifavors.callbacks (
    merchant_id bigint not null,
    url text not null,
    set_at timestamptz not null,
    constraint callbacks_pkey primary key (merchant_id)
);

-- What the maker of a stock paid a merchant for a coupon that was used there.
create table busifavors.subsidies (
    merchant_id bigint not null,
    subsidy_id bigint not null,
    payee_id bigint not null,
    stock_id bigint not null,
    code text not null,
    transaction_no text not null,
    amount_fen bigint not null,
    returned_fen bigint not null default 0,
    description text not null,
    out_no text not null,
    paid_at timestamptz not null,
    constraint subsidies_pkey primary key (merchant_id, subsidy_id),
    constraint subsidies_once unique (merchant_id, stock_id, code, transaction_no),
    constraint subsidies_amount check (amount_fen > 0 and returned_fen between 0 and amount_fen)
);

create table busifavors.subsidy_returns (
    merchant_id bigint not null,
    return_id bigint not null,
    subsidy_id bigint not null,
    refund_no text not null,
    amount_fen bigint not null,
    description text not null,
    out_no text not null,
    returned_at timestamptz not null,
    constraint subsidy_returns_pkey primary key (merchant_id, return_id),
    constraint subsidy_returns_amount check (amount_fen > 0)
);

create index subsidy_returns_subsidy on busifavors.subsidy_returns (merchant_id, subsidy_id);
