-- Which merchants are car parks: an operator has seen that they are.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Distributed by merchant_id.
create table parkings.parks (
    merchant_id bigint not null,
    admitted_at timestamptz not null,
    constraint parks_pkey primary key (merchant_id)
);
