-- Alipay apps: what merchants' programs call with, whom they may act for, and whom they know.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema alipayapps;

-- Few rows, looked up by app alone as well: on a cluster a copy lies on every node.
create table alipayapps.apps (
    merchant_id bigint not null,
    app_id bigint not null,
    name text not null,
    notify_url text not null,
    redirect_host text not null,
    app_public_key text not null,
    app_certificate text not null,
    private_key_sealed bytea not null,
    public_key text not null,
    certificate text not null,
    root_certificate text not null,
    is_closed boolean not null,
    created_at timestamptz not null,
    constraint apps_pkey primary key (merchant_id, app_id),
    constraint apps_app unique (app_id)
);

-- What Alipay calls a merchant; as few as the apps.
create table alipayapps.sellers (
    merchant_id bigint not null,
    seller_id text not null,
    constraint sellers_pkey primary key (merchant_id),
    constraint sellers_seller unique (seller_id),
    constraint sellers_form check (seller_id ~ '^2088[0-9]{12}$')
);

-- Distributed by merchant_id. Every merchant knows a person under a number of its own.
create table alipayapps.buyers (
    merchant_id bigint not null,
    person_id bigint not null,
    number text not null,
    constraint buyers_pkey primary key (merchant_id, person_id),
    constraint buyers_number unique (merchant_id, number),
    constraint buyers_form check (number ~ '^2088[0-9]{12}$')
);

-- From here on all are distributed by app_id.
create table alipayapps.openids (
    app_id bigint not null,
    person_id bigint not null,
    open_id text not null,
    constraint openids_pkey primary key (app_id, person_id),
    constraint openids_openid unique (app_id, open_id)
);

create table alipayapps.consents (
    app_id bigint not null,
    person_id bigint not null,
    consented_at timestamptz not null,
    constraint consents_pkey primary key (app_id, person_id)
);

-- A used code is kept for a while: whoever brings it again gets nothing for it.
create table alipayapps.codes (
    app_id bigint not null,
    code_digest bytea not null,
    person_id bigint not null,
    merchant_id bigint not null,
    scope text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint codes_pkey primary key (app_id, code_digest),
    constraint codes_scope_known check (scope in ('base', 'name', 'app')),
    constraint codes_about check ((scope = 'app') = (merchant_id <> 0))
);

create index codes_expiry on alipayapps.codes (app_id, expires_at);

create table alipayapps.tokens (
    app_id bigint not null,
    token_digest bytea not null,
    refresh_digest bytea not null,
    person_id bigint not null,
    scope text not null,
    begun_at timestamptz not null,
    expires_at timestamptz not null,
    refresh_expires_at timestamptz not null,
    constraint tokens_pkey primary key (app_id, token_digest),
    constraint tokens_refresh unique (app_id, refresh_digest),
    constraint tokens_scope_known check (scope in ('base', 'name'))
);

create index tokens_expiry on alipayapps.tokens (app_id, refresh_expires_at);

-- For whom else an app may act: one token a merchant.
create table alipayapps.mandates (
    app_id bigint not null,
    merchant_id bigint not null,
    token_digest bytea not null,
    refresh_digest bytea not null,
    mandated_at timestamptz not null,
    expires_at timestamptz not null,
    refresh_expires_at timestamptz not null,
    constraint mandates_pkey primary key (app_id, merchant_id),
    constraint mandates_token unique (app_id, token_digest),
    constraint mandates_refresh unique (app_id, refresh_digest)
);

create index mandates_merchant on alipayapps.mandates (merchant_id, app_id);
