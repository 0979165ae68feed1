-- Remit: what merchants send people, one by one or in batches, and the receipts of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema remit;

-- Distributed by merchant_id, as all tables of this room.
create table remit.batches (
    merchant_id bigint not null,
    batch_id bigint not null,
    out_no text not null,
    digest bytea not null,
    protocol text not null,
    channel_id bigint not null,
    name text not null,
    remark text not null,
    scene text not null,
    currency text not null,
    total_fen bigint not null,
    total_count integer not null,
    notify_url text not null,
    state text not null,
    close_reason text not null default '',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint batches_pkey primary key (merchant_id, batch_id),
    constraint batches_out_no unique (merchant_id, out_no),
    constraint batches_state_known check (state in ('accepted', 'finished', 'closed')),
    constraint batches_total check (total_fen > 0 and total_count > 0)
);

-- `transfer_id` is what sets the money aside; 0 where there is nobody to get it.
create table remit.remittances (
    merchant_id bigint not null,
    remittance_id bigint not null,
    batch_id bigint not null,
    way text not null,
    out_no text not null,
    digest bytea not null,
    protocol text not null,
    channel_id bigint not null,
    openid text not null,
    person_id bigint not null,
    sealed_name bytea,
    currency text not null,
    amount_fen bigint not null,
    remark text not null,
    scene text not null,
    perception text not null,
    style text not null,
    reports jsonb not null,
    notify_url text not null,
    token text not null,
    transfer_id bigint not null,
    state text not null,
    fail_reason text not null default '',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz,
    constraint remittances_pkey primary key (merchant_id, remittance_id),
    constraint remittances_out_no unique (merchant_id, way, batch_id, out_no),
    constraint remittances_way_known check (way in ('confirm', 'batch', 'direct')),
    constraint remittances_state_known check (
        state in ('waiting', 'processing', 'done', 'failed', 'cancelled')
    ),
    constraint remittances_amount check (amount_fen > 0)
) with (fillfactor = 90);

create index remittances_batch on remit.remittances (merchant_id, batch_id, remittance_id)
where batch_id <> 0;
create index remittances_person on remit.remittances (person_id, remittance_id)
where person_id <> 0;
-- What a phone opens; found without the merchant, hence by every shard.
create index remittances_token on remit.remittances (token) where token <> '';

-- How much a merchant sent on a day: to one person, or (person 0) to all. Limits hold by it.
create table remit.days (
    merchant_id bigint not null,
    person_id bigint not null,
    sent_on date not null,
    amount_fen bigint not null,
    constraint days_pkey primary key (merchant_id, person_id, sent_on)
);

create table remit.receipts (
    merchant_id bigint not null,
    receipt_id bigint not null,
    kind text not null,
    subject_id bigint not null,
    token text not null,
    is_ready boolean not null default false,
    asked_at timestamptz not null,
    updated_at timestamptz not null,
    constraint receipts_pkey primary key (merchant_id, receipt_id),
    constraint receipts_subject unique (merchant_id, kind, subject_id),
    constraint receipts_kind_known check (kind in ('remittance', 'batch'))
);

create index receipts_token on remit.receipts (token);
