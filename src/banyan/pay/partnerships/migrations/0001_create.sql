-- Partnerships: whom a merchant lets give out vouchers or coupons of a stock of its own.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema partnerships;

-- A partner is a merchant or a channel: the other number is 0.
create table partnerships.partnerships (
    merchant_id bigint not null,
    business text not null,
    stock_id bigint not null,
    partner_merchant_id bigint not null,
    partner_channel_id bigint not null,
    built_at timestamptz not null,
    terminated_at timestamptz,
    updated_at timestamptz not null,
    constraint partnerships_pkey primary key (
        merchant_id, business, stock_id, partner_merchant_id, partner_channel_id
    ),
    constraint partnerships_business_known check (business in ('vouchers', 'busifavors')),
    constraint partnerships_partner check ((partner_merchant_id = 0) <> (partner_channel_id = 0))
);

-- The header by which a program may ask again.
create table partnerships.requests (
    merchant_id bigint not null,
    request_key text not null,
    digest text not null,
    asked_at timestamptz not null,
    constraint requests_pkey primary key (merchant_id, request_key)
);
