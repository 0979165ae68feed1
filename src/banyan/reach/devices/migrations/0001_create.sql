-- Devices: things that belong to accounts, the people they are bound to, and what they say to each
-- other. Distributed by channel_id, which every code and licence names.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema devices;

-- Product 0 stands for the devices that are named but not authorised yet.
create table devices.products (
    channel_id bigint not null,
    product_id bigint not null,
    name text not null,
    quota_max bigint not null,
    people_max bigint not null,
    used_count bigint not null,
    constraint products_pkey primary key (channel_id, product_id),
    constraint products_quota check (used_count between 0 and quota_max)
) with (fillfactor = 70);

create table devices.devices (
    channel_id bigint not null,
    device_id text not null,
    product_id bigint not null,
    ticket text not null,
    licence_digest bytea,
    attributes jsonb,
    key_digest bytea,
    people_count bigint not null default 0,
    created_at timestamptz not null,
    seen_at timestamptz,
    constraint devices_pkey primary key (channel_id, device_id),
    constraint devices_ticket unique (channel_id, ticket),
    constraint devices_people check (people_count >= 0)
) with (fillfactor = 70);

create unique index devices_licence on devices.devices (channel_id, licence_digest)
where licence_digest is not null;

create table devices.bindings (
    channel_id bigint not null,
    device_id text not null,
    person_id bigint not null,
    openid text not null,
    bound_at timestamptz not null,
    is_watching boolean not null default false,
    is_connected boolean not null default false,
    status_at timestamptz,
    constraint bindings_pkey primary key (channel_id, device_id, person_id),
    constraint bindings_device foreign key (channel_id, device_id)
    references devices.devices (channel_id, device_id) on delete cascade
) with (fillfactor = 70);

create index bindings_person on devices.bindings (person_id, bound_at);
create index bindings_openid on devices.bindings (channel_id, openid);

-- By these an account's page binds and unbinds for somebody.
create table devices.tickets (
    channel_id bigint not null,
    ticket_digest bytea not null,
    device_id text not null,
    person_id bigint not null,
    purpose text not null,
    expires_at timestamptz not null,
    constraint tickets_pkey primary key (channel_id, ticket_digest)
);

create index tickets_ending on devices.tickets (channel_id, expires_at);

create table devices.messages (
    channel_id bigint not null,
    device_id text not null,
    message_id bigint not null,
    person_id bigint not null,
    openid text not null,
    is_from_device boolean not null,
    content text not null,
    said_at timestamptz not null,
    fetched_at timestamptz,
    constraint messages_pkey primary key (channel_id, device_id, message_id),
    constraint messages_device foreign key (channel_id, device_id)
    references devices.devices (channel_id, device_id) on delete cascade
) with (fillfactor = 80);

create index messages_waiting on devices.messages (channel_id, device_id, message_id)
where not is_from_device and fetched_at is null;
create index messages_ending on devices.messages (channel_id, said_at);
