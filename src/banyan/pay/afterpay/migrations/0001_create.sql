-- What people see after they paid over the wire: the shop's own receipt, and adverts of others.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema afterpay;

-- Distributed by merchant_id: who was paid. A provider may keep it for the merchant.
create table afterpay.pages (
    merchant_id bigint not null,
    provider_id bigint not null,
    is_open boolean not null,
    has_receipt boolean not null,
    receipt_url text not null,
    has_adverts boolean not null,
    unwanted text[] not null,
    changed_at timestamptz not null,
    constraint pages_pkey primary key (merchant_id),
    constraint pages_unwanted check (cardinality(unwanted) <= 3)
);
