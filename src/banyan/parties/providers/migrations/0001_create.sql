-- Providers: whose channels know a person by one unionid. Few rows, on every node of a cluster.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema providers;

-- A unionid is made of the salt and the person: nothing about people is kept here, and whatever is
-- asked at once is answered alike.
create table providers.providers (
    provider_id bigint not null,
    merchant_id bigint not null,
    appid text not null,
    salt bytea not null,
    created_at timestamptz not null,
    constraint providers_pkey primary key (provider_id),
    constraint providers_appid unique (appid),
    constraint providers_appid_form check (appid ~ '^wx[0-9a-f]{16}$'),
    constraint providers_salted check (octet_length(salt) = 32)
);

create table providers.bindings (
    channel_id bigint not null,
    provider_id bigint not null,
    bound_at timestamptz not null,
    constraint bindings_pkey primary key (channel_id)
);

create index bindings_provider on providers.bindings (provider_id, channel_id);
