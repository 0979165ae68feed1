set local lock_timeout = '5s'; set local statement_timeout = '60s';

-- Places and their codes, and who met them. Distributed by merchant_id, but for codes.

create schema places;

create table places.places (
    merchant_id bigint not null,
    place_id bigint not null,
    store_id bigint not null,
    kind text not null,
    name text not null,
    subject_id bigint not null,
    added_at timestamptz not null,
    constraint places_pkey primary key (merchant_id, place_id),
    constraint places_kind_known check (
        kind in ('door', 'table', 'poster', 'shelf', 'item', 'till')
    )
);

create index places_of_store on places.places (merchant_id, store_id, place_id);

-- A scan knows the token alone, so that is the key. On a cluster this is a reference table: few
-- rows, written seldom, read by every scan on every node.
create table places.codes (
    token text not null,
    merchant_id bigint not null,
    code_id bigint not null,
    place_id bigint not null,
    store_id bigint not null,
    scene text not null,
    source text not null,
    is_active boolean not null,
    issued_at timestamptz not null,
    constraint codes_pkey primary key (token),
    constraint codes_token_form check (token ~ '^[2-9A-Z]{10,32}$')
);

create unique index codes_of_merchant on places.codes (merchant_id, code_id);
create index codes_of_place on places.codes (merchant_id, place_id, code_id);

-- Append only, but for person_id, which is filled in when the visitor turns out to be somebody.
create table places.touches (
    merchant_id bigint not null,
    touch_id bigint not null,
    code_id bigint not null,
    store_id bigint not null,
    person_id bigint not null,
    visitor_digest bytea,
    device text not null,
    touched_at timestamptz not null,
    joined_at timestamptz,
    constraint touches_pkey primary key (merchant_id, touch_id),
    constraint touches_by_somebody check (person_id <> 0 or visitor_digest is not null)
);

create index touches_of_code on places.touches (merchant_id, code_id, touched_at);
create index touches_of_person
on places.touches (merchant_id, person_id, touched_at) where person_id <> 0;
create index touches_of_visitor
on places.touches (visitor_digest, touched_at) where person_id = 0;
