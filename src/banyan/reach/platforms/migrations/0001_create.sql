-- Platforms: providers whose programs act for accounts, within what the accounts' owners let them.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema platforms;

-- Of a platform: where it is told what happens to accounts, and from where it may ask for tokens.
create table platforms.settings (
    channel_id bigint not null,
    message_url text not null,
    allowed_ips text[] not null,
    constraint settings_pkey primary key (channel_id)
) with (fillfactor = 70);

-- What a platform is told every ten minutes and must show to have a token.
create table platforms.tickets (
    channel_id bigint not null,
    ticket_digest bytea not null,
    expires_at timestamptz not null,
    constraint tickets_pkey primary key (channel_id, ticket_digest)
);

-- With what a platform sends an owner to us.
create table platforms.asking_codes (
    channel_id bigint not null,
    code_digest bytea not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint asking_codes_pkey primary key (channel_id, code_digest)
) with (fillfactor = 80);

-- With what an owner who said yes is sent back.
create table platforms.codes (
    channel_id bigint not null,
    code_digest bytea not null,
    account_id bigint not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint codes_pkey primary key (channel_id, code_digest)
) with (fillfactor = 80);

-- Distributed by the account. What only one platform may do at a time is held by the index.
create table platforms.authorizations (
    channel_id bigint not null,
    platform_id bigint not null,
    merchant_id bigint not null,
    functions text[] not null,
    refresh_digest bytea not null,
    refresh_sealed bytea not null,
    authorized_at timestamptz not null,
    constraint authorizations_pkey primary key (channel_id, platform_id),
    constraint authorizations_some check (cardinality(functions) > 0)
) with (fillfactor = 80);

create unique index authorizations_messages on platforms.authorizations (channel_id)
where 'messages' = any(functions);
create index authorizations_platform
on platforms.authorizations (platform_id, authorized_at, channel_id);
create index authorizations_merchant on platforms.authorizations (merchant_id, channel_id);

-- What platforms switch on and off at an account.
create table platforms.options (
    channel_id bigint not null,
    name text not null,
    value smallint not null,
    constraint options_pkey primary key (channel_id, name),
    constraint options_name_known check (
        name in ('location_report', 'voice_recognize', 'customer_service')
    ),
    constraint options_value check (value between 0 and 2)
) with (fillfactor = 70);
