-- Gateways: payments through outside providers where merchants have accounts of their own.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema gateways;

-- A merchant's accounts at providers; of each provider one is the present one, and those before
-- are kept with their keys, so that what was paid through them can go back.
-- `due_at` and `rest_until` are instants of the real clock: until when nobody checks the keys, and
-- until when a provider that did not answer is left in peace. Distributed by merchant_id, as all.
create table gateways.gateways (
    merchant_id bigint not null,
    gateway_id bigint not null,
    kind text not null,
    account text not null,
    appid text not null,
    keys_sealed bytea not null,
    token text not null,
    is_current boolean not null,
    is_on boolean not null,
    state text not null,
    why text not null default '',
    tries integer not null default 0,
    due_at timestamptz,
    failures integer not null default 0,
    rest_until timestamptz not null default '-infinity',
    checked_at timestamptz,
    changed_at timestamptz not null,
    constraint gateways_pkey primary key (merchant_id, gateway_id),
    constraint gateways_account_once unique (merchant_id, kind, account),
    constraint gateways_kind_known check (kind in ('wechatpay', 'alipay')),
    constraint gateways_state_known check (state in ('checking', 'working', 'refused')),
    constraint gateways_on_is_current check (is_current or not is_on)
) with (fillfactor = 70);

create unique index gateways_current on gateways.gateways (merchant_id, kind) where is_current;
create unique index gateways_token on gateways.gateways (token);
create index gateways_due on gateways.gateways (due_at) where due_at is not null;

-- `due_at` null: there is nothing to ask the provider any more.
create table gateways.attempts (
    merchant_id bigint not null,
    attempt_id bigint not null,
    gateway_id bigint not null,
    kind text not null,
    way text not null,
    subject text not null,
    subject_id bigint not null,
    person_id bigint not null,
    taken_by bigint not null,
    out_no text not null,
    currency text not null,
    amount_fen bigint not null,
    refunded_fen bigint not null default 0,
    description text not null,
    openid text not null,
    payer_ip text not null,
    return_path text not null,
    state text not null,
    is_unwanted boolean not null default false,
    link text not null default '',
    params jsonb not null default '{}',
    provider_no text not null default '',
    learned_from text not null default '',
    why text not null default '',
    tries integer not null default 0,
    due_at timestamptz,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    constraint attempts_pkey primary key (merchant_id, attempt_id),
    constraint attempts_out_no unique (merchant_id, out_no),
    constraint attempts_kind_known check (kind in ('wechatpay', 'alipay')),
    constraint attempts_way_known check (way in ('code', 'web', 'page', 'jsapi')),
    constraint attempts_state_known check (
        state in ('asking', 'open', 'paid', 'stray', 'closed', 'refused', 'disputed')
    ),
    constraint attempts_amount check (amount_fen > 0),
    constraint attempts_refunded check (refunded_fen between 0 and amount_fen),
    constraint attempts_paid_when check ((state in ('paid', 'stray')) = (paid_at is not null))
) with (fillfactor = 70);

-- The last line of defence: one thing is paid by one attempt.
create unique index attempts_paid_once on gateways.attempts (merchant_id, subject, subject_id)
where state = 'paid';
create index attempts_subject on gateways.attempts (merchant_id, subject_id);
create index attempts_due on gateways.attempts (due_at) where due_at is not null;
create index attempts_gateway on gateways.attempts (merchant_id, gateway_id, attempt_id);

create table gateways.refunds (
    merchant_id bigint not null,
    refund_id bigint not null,
    attempt_id bigint not null,
    gateway_id bigint not null,
    kind text not null,
    source_id bigint not null,
    out_no text not null,
    out_refund_no text not null,
    currency text not null,
    amount_fen bigint not null,
    reason text not null,
    state text not null,
    provider_no text not null default '',
    why text not null default '',
    tries integer not null default 0,
    due_at timestamptz,
    asked_at timestamptz not null,
    done_at timestamptz,
    constraint refunds_pkey primary key (merchant_id, refund_id),
    constraint refunds_out_refund_no unique (merchant_id, out_refund_no),
    constraint refunds_kind_known check (kind in ('wechatpay', 'alipay')),
    constraint refunds_amount check (amount_fen > 0),
    constraint refunds_state_known check (
        state in ('asked', 'under_way', 'needs_money', 'done', 'refused', 'stuck', 'by_hand')
    ),
    constraint refunds_done_when check ((state in ('done', 'by_hand')) = (done_at is not null))
) with (fillfactor = 70);

create index refunds_attempt on gateways.refunds (merchant_id, attempt_id);
create index refunds_due on gateways.refunds (due_at) where due_at is not null;
