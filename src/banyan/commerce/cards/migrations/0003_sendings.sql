-- Cards that a merchant's program sent to somebody: under one number one card only.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Distributed by merchant_id.
create table cards.sendings (
    merchant_id bigint not null,
    request_no text not null,
    card_id bigint not null,
    person_id bigint not null,
    code text not null,
    sent_at timestamptz not null,
    constraint sendings_pkey primary key (merchant_id, request_no)
);
