-- Tallies: what providers say in their statements of what they took in for merchants.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema tallies;

-- One of a day of China's for each account at a provider. `due_at` is an instant of the real clock:
-- when the provider is asked for it, or until when somebody is about to; null when nobody has to.
-- `booked_fee_fen` is what of its fees was booked. Distributed by merchant_id, as all here.
create table tallies.statements (
    merchant_id bigint not null,
    gateway_id bigint not null,
    day date not null,
    kind text not null,
    state text not null,
    source text not null default '',
    why text not null default '',
    tries integer not null default 0,
    due_at timestamptz,
    line_count integer not null default 0,
    booked_fee_fen bigint not null default 0,
    changed_at timestamptz not null,
    constraint statements_pkey primary key (merchant_id, gateway_id, day),
    constraint statements_kind_known check (kind in ('wechatpay', 'alipay')),
    constraint statements_state_known check (state in ('wanted', 'ready', 'absent', 'failed')),
    constraint statements_source_known check (source in ('', 'fetched', 'given')),
    constraint statements_lines check (line_count >= 0 and (state = 'ready' or line_count = 0))
) with (fillfactor = 70);

create index statements_due on tallies.statements (due_at) where due_at is not null;

create table tallies.lines (
    merchant_id bigint not null,
    gateway_id bigint not null,
    day date not null,
    line integer not null,
    kind text not null,
    out_no text not null,
    out_refund_no text not null,
    provider_no text not null,
    currency text not null,
    amount_fen bigint not null,
    fee_fen bigint not null,
    is_done boolean not null,
    at timestamptz not null,
    constraint lines_pkey primary key (merchant_id, gateway_id, day, line),
    constraint lines_kind_known check (kind in ('payment', 'refund')),
    constraint lines_amount check (amount_fen >= 0)
);

create index lines_number on tallies.lines (merchant_id, gateway_id, out_no);

-- What a merchant says of a difference. It holds as long as both sides tell what they told then;
-- -1 stands for a side that told nothing.
create table tallies.remarks (
    merchant_id bigint not null,
    gateway_id bigint not null,
    problem text not null,
    out_no text not null,
    out_refund_no text not null,
    here_fen bigint not null,
    there_fen bigint not null,
    note text not null,
    actor_id bigint not null,
    at timestamptz not null,
    constraint remarks_pkey primary key (
        merchant_id, gateway_id, problem, out_no, out_refund_no, here_fen, there_fen
    )
);

-- What a merchant has agreed upon with a provider: its fee in hundredths of a percent.
create table tallies.terms (
    merchant_id bigint not null,
    gateway_id bigint not null,
    rate_bp integer not null,
    changed_at timestamptz not null,
    constraint terms_pkey primary key (merchant_id, gateway_id),
    constraint terms_rate check (rate_bp between 0 and 10000)
) with (fillfactor = 90);
