-- Payees: merchants as those who can be paid over the wire, and the keys of both sides.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema payees;

-- Few rows, looked up by number as well: on a cluster a copy lies on every node. The keys lie
-- sealed; null is for one that the merchant has not set.
create table payees.payees (
    merchant_id bigint not null,
    mchid text not null,
    mode text not null,
    rate_bp smallint not null,
    apiv3_sealed bytea,
    apiv2_sealed bytea,
    opened_at timestamptz not null,
    constraint payees_pkey primary key (merchant_id),
    constraint payees_mchid unique (mchid),
    constraint payees_mchid_form check (mchid ~ '^[0-9]{10}$'),
    constraint payees_mode_known check (mode in ('certificate', 'public_key', 'migrating')),
    constraint payees_rate check (rate_bp between 0 and 1000)
);

create table payees.certificates (
    merchant_id bigint not null,
    serial_no text not null,
    public_key_pem text not null,
    certificate_pem text not null,
    effective_at timestamptz not null,
    expires_at timestamptz not null,
    added_at timestamptz not null,
    revoked_at timestamptz,
    constraint certificates_pkey primary key (merchant_id, serial_no),
    constraint certificates_serial_form check (serial_no ~ '^[0-9A-F]{1,40}$'),
    constraint certificates_when check (effective_at < expires_at)
);

-- Which provider may act for which merchant.
create table payees.bonds (
    provider_id bigint not null,
    merchant_id bigint not null,
    bound_at timestamptz not null,
    constraint bonds_pkey primary key (provider_id, merchant_id),
    constraint bonds_of_others check (provider_id <> merchant_id)
);

create index bonds_of_merchant on payees.bonds (merchant_id, provider_id);

-- Banyan's own pairs: every process signs by the same. One more is added before the last ends.
create table payees.platform_keys (
    kind text not null,
    serial text not null,
    private_key_sealed bytea not null,
    public_key_pem text not null,
    certificate_pem text not null,
    effective_at timestamptz not null,
    expires_at timestamptz not null,
    added_at timestamptz not null,
    constraint platform_keys_pkey primary key (kind, serial),
    constraint platform_keys_kind_known check (kind in ('certificate', 'public_key')),
    constraint platform_keys_when check (effective_at < expires_at)
);
