-- People: who they are. All personal data of the platform lives in this schema.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema people;

-- Distributed by person_id. A person may be known by phone before they ever signed in: invited by
-- a merchant, or named in an imported order. joined_at is then null.
create table people.people (
    person_id bigint not null,
    phone text,
    nickname text not null,
    language text not null,
    avatar text not null,
    created_at timestamptz not null,
    joined_at timestamptz,
    constraint people_pkey primary key (person_id),
    constraint people_language_known check (language in ('zh', 'en'))
);

-- Distributed by phone: one number, one person, also where people are spread over shards.
create table people.phones (
    phone text not null,
    person_id bigint not null,
    constraint phones_pkey primary key (phone),
    constraint phones_e164 check (phone ~ '^\+[1-9][0-9]{6,14}$')
);
