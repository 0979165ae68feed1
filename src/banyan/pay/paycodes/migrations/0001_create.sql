-- Payment codes: what people show at tills, and which of them were taken.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema paycodes;

-- What one device makes its codes from, alone and offline. Distributed by seed_number, with which
-- its codes begin.
create table paycodes.seeds (
    seed_number integer not null,
    person_id bigint not null,
    session_id bigint not null,
    sealed bytea not null,
    sown_at timestamptz not null,
    used_at timestamptz not null,
    constraint seeds_pkey primary key (seed_number)
);

create index seeds_person on paycodes.seeds (person_id, session_id);

-- Codes that were taken, and for what: each once.
create table paycodes.takings (
    seed_number integer not null,
    code text not null,
    merchant_id bigint not null,
    subject text not null,
    taken_at timestamptz not null,
    constraint takings_pkey primary key (seed_number, code)
);

-- How often somebody brought a wrong code in an hour. Distributed by merchant_id.
create table paycodes.misses (
    merchant_id bigint not null,
    hour_at timestamptz not null,
    count integer not null,
    constraint misses_pkey primary key (merchant_id)
);
