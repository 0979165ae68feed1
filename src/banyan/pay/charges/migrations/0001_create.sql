-- Charges: what merchants ask people to pay over the wire, what was paid, and what went back.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema charges;

-- Distributed by merchant_id, the one who is paid. Paying updates a row twice in one transaction:
-- some of each page is left free so that it stays in place.
create table charges.charges (
    merchant_id bigint not null,
    charge_id bigint not null,
    provider_id bigint not null,
    combined_id bigint not null,
    network text not null,
    protocol text not null,
    way text not null,
    out_no text not null,
    digest bytea not null,
    token text not null,
    channel_id bigint not null,
    sub_channel_id bigint not null,
    wanted_payer_id bigint not null,
    currency text not null,
    total_fen bigint not null,
    is_shared boolean not null,
    facts text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    payable_until timestamptz not null,
    state text not null,
    payer_id bigint not null default 0,
    openid text not null default '',
    sub_openid text not null default '',
    paid_at timestamptz,
    closed_at timestamptz,
    payer_fen bigint not null default 0,
    voucher_fen bigint not null default 0,
    discount_fen bigint not null default 0,
    rate_bp integer not null default 0,
    fee_fen bigint not null default 0,
    unsplit_fen bigint not null default 0,
    promotions text not null default '[]',
    refund_count integer not null default 0,
    refunded_fen bigint not null default 0,
    payer_refunded_fen bigint not null default 0,
    voucher_refunded_fen bigint not null default 0,
    discount_refunded_fen bigint not null default 0,
    fee_refunded_fen bigint not null default 0,
    constraint charges_pkey primary key (merchant_id, charge_id),
    constraint charges_out_no unique (merchant_id, provider_id, network, out_no),
    constraint charges_total_positive check (total_fen > 0),
    constraint charges_state_known check (
        state in ('unpaid', 'paying', 'paid', 'failed', 'closed', 'revoked')
    ),
    constraint charges_parts check (
        paid_at is null or payer_fen + voucher_fen + discount_fen = total_fen
    ),
    constraint charges_refunded check (
        refunded_fen between 0 and total_fen
        and payer_refunded_fen between 0 and payer_fen
        and voucher_refunded_fen between 0 and voucher_fen
        and discount_refunded_fen between 0 and discount_fen
        and fee_refunded_fen between 0 and fee_fen
        and payer_refunded_fen + voucher_refunded_fen + discount_refunded_fen = refunded_fen
    ),
    constraint charges_unsplit check (unsplit_fen >= 0)
) with (fillfactor = 70);

-- Whoever pays brings the token of a prepay id, a code or a link.
create index charges_token on charges.charges (token);
-- Or the number on the wire, which holds the id alone.
create index charges_charge on charges.charges (charge_id);
-- A person's bill, and a merchant's.
create index charges_payer on charges.charges (payer_id, paid_at, charge_id)
where paid_at is not null;
create index charges_paid on charges.charges (merchant_id, paid_at, charge_id)
where paid_at is not null;
create index charges_provider on charges.charges (provider_id, charge_id) where provider_id <> 0;

-- Several charges that are paid at once or not at all; they share its token.
create table charges.combinations (
    merchant_id bigint not null,
    combined_id bigint not null,
    network text not null,
    out_no text not null,
    digest bytea not null,
    token text not null,
    facts text not null,
    created_at timestamptz not null,
    constraint combinations_pkey primary key (merchant_id, combined_id),
    constraint combinations_out_no unique (merchant_id, network, out_no)
);

create table charges.refunds (
    merchant_id bigint not null,
    refund_id bigint not null,
    charge_id bigint not null,
    provider_id bigint not null,
    network text not null,
    out_refund_no text not null,
    digest bytea not null,
    refund_fen bigint not null,
    payer_fen bigint not null,
    voucher_fen bigint not null,
    discount_fen bigint not null,
    fee_fen bigint not null,
    pool_fen bigint not null,
    funds text not null,
    reason text not null,
    facts text not null,
    refunded_by bigint not null,
    refunded_at timestamptz not null,
    constraint refunds_pkey primary key (merchant_id, refund_id),
    constraint refunds_out_no unique (merchant_id, provider_id, network, out_refund_no),
    constraint refunds_parts check (
        refund_fen > 0 and payer_fen >= 0 and voucher_fen >= 0 and discount_fen >= 0
        and payer_fen + voucher_fen + discount_fen = refund_fen
    ),
    constraint refunds_funds_known check (funds in ('unsettled', 'available'))
);

create index refunds_charge on charges.refunds (merchant_id, charge_id);
create index refunds_day on charges.refunds (merchant_id, refunded_at, refund_id);
