-- Scenes: the accounts' own codes with a parameter, and how often each was scanned. Distributed by
-- channel_id, which a code's text names.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema scenes;

-- One row an account, locked while a code that lasts is made.
create table scenes.books (
    channel_id bigint not null,
    lasting_count bigint not null,
    constraint books_pkey primary key (channel_id),
    constraint books_lasting check (lasting_count between 0 and 100000)
) with (fillfactor = 70);

create table scenes.codes (
    channel_id bigint not null,
    code_id bigint not null,
    chance bytea not null,
    number bigint not null,
    text text not null,
    name text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    constraint codes_pkey primary key (channel_id, code_id),
    constraint codes_parameter check ((number > 0) <> (text <> ''))
);

-- A code that lasts is made once for each parameter.
create unique index codes_number on scenes.codes (channel_id, number)
where expires_at is null and number > 0;
create unique index codes_text on scenes.codes (channel_id, text)
where expires_at is null and text <> '';
create index codes_ending on scenes.codes (channel_id, expires_at) where expires_at is not null;

-- On days of the merchant's calendar.
create table scenes.days (
    channel_id bigint not null,
    code_id bigint not null,
    day_on date not null,
    scans_count bigint not null,
    followers_count bigint not null,
    constraint days_pkey primary key (channel_id, code_id, day_on),
    constraint days_code foreign key (channel_id, code_id)
    references scenes.codes (channel_id, code_id) on delete cascade,
    constraint days_counted check (scans_count >= 0 and followers_count >= 0)
) with (fillfactor = 70);

create table scenes.shorts (
    channel_id bigint not null,
    short_key text not null,
    long_data text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint shorts_pkey primary key (channel_id, short_key)
);

create index shorts_ending on scenes.shorts (channel_id, expires_at);
