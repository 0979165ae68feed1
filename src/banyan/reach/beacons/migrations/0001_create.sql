-- Beacons: what accounts put up where people pass, the pages that a shake shows, and how often.
-- Distributed by channel_id, which every beacon's UUID names.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema beacons;

-- One row an account, locked while something gets a number.
create table beacons.books (
    channel_id bigint not null,
    last_number bigint not null default 0,
    beacons_count bigint not null default 0,
    registered_at timestamptz,
    registration jsonb,
    constraint books_pkey primary key (channel_id),
    constraint books_counted check (beacons_count between 0 and 100000)
) with (fillfactor = 70);

create table beacons.applications (
    channel_id bigint not null,
    apply_id bigint not null,
    quantity bigint not null,
    reason text not null,
    comment text not null,
    poi_id bigint not null,
    state text not null,
    note text not null,
    applied_at timestamptz not null,
    decided_at timestamptz,
    constraint applications_pkey primary key (channel_id, apply_id)
);

-- Only one application of an account waits.
create unique index applications_waiting on beacons.applications (channel_id)
where state = 'waiting';

create table beacons.beacons (
    channel_id bigint not null,
    device_id bigint not null,
    apply_id bigint not null,
    comment text not null,
    poi_id bigint not null,
    created_at timestamptz not null,
    shaken_at timestamptz,
    constraint beacons_pkey primary key (channel_id, device_id)
) with (fillfactor = 80);

create index beacons_application on beacons.beacons (channel_id, apply_id, device_id);

create table beacons.pages (
    channel_id bigint not null,
    page_id bigint not null,
    title text not null,
    description text not null,
    icon_url text not null,
    page_url text not null,
    comment text not null,
    created_at timestamptz not null,
    constraint pages_pkey primary key (channel_id, page_id)
);

create table beacons.shown (
    channel_id bigint not null,
    device_id bigint not null,
    page_id bigint not null,
    constraint shown_pkey primary key (channel_id, device_id, page_id),
    constraint shown_beacon foreign key (channel_id, device_id)
    references beacons.beacons (channel_id, device_id) on delete cascade,
    constraint shown_page foreign key (channel_id, page_id)
    references beacons.pages (channel_id, page_id)
);

create index shown_by_page on beacons.shown (channel_id, page_id, device_id);

create table beacons.groups (
    channel_id bigint not null,
    group_id bigint not null,
    name text not null,
    constraint groups_pkey primary key (channel_id, group_id)
);

create table beacons.members (
    channel_id bigint not null,
    group_id bigint not null,
    device_id bigint not null,
    constraint members_pkey primary key (channel_id, group_id, device_id),
    constraint members_group foreign key (channel_id, group_id)
    references beacons.groups (channel_id, group_id) on delete cascade,
    constraint members_beacon foreign key (channel_id, device_id)
    references beacons.beacons (channel_id, device_id) on delete cascade
);

-- A shake is known by its ticket for half an hour.
create table beacons.shakes (
    channel_id bigint not null,
    ticket_digest bytea not null,
    device_id bigint not null,
    page_id bigint not null,
    person_id bigint not null,
    openid text not null,
    distance double precision not null,
    expires_at timestamptz not null,
    constraint shakes_pkey primary key (channel_id, ticket_digest)
);

create index shakes_ending on beacons.shakes (channel_id, expires_at);

-- On days of the merchant's calendar.
create table beacons.days (
    channel_id bigint not null,
    day_on date not null,
    device_id bigint not null,
    page_id bigint not null,
    person_id bigint not null,
    shakes_count bigint not null,
    clicks_count bigint not null,
    constraint days_pkey primary key (channel_id, day_on, device_id, page_id, person_id),
    constraint days_counted check (shakes_count >= 0 and clicks_count >= 0)
) with (fillfactor = 70);

create index days_by_device on beacons.days (channel_id, device_id, day_on);
create index days_by_page on beacons.days (channel_id, page_id, day_on);
