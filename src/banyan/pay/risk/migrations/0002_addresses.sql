-- Where servers are told that a merchant may be paid nothing, or only so much.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Of the merchant itself and of providers alike. A reference table.
create table risk.addresses (
    merchant_id bigint not null,
    url text not null,
    constraint addresses_pkey primary key (merchant_id)
);
