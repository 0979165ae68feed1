-- Passwords: what people confirm dear payments with, and the proofs that they did.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema passwords;

-- Distributed by person_id. A try is counted before it is looked at, so that rivals get no more.
create table passwords.passwords (
    person_id bigint not null,
    hash text not null,
    set_at timestamptz not null,
    tries smallint not null default 0,
    locks smallint not null default 0,
    locked_until timestamptz,
    constraint passwords_pkey primary key (person_id),
    constraint passwords_tries check (tries between 0 and 4)
);

-- That a person gave their password for one thing; used once, then gone.
create table passwords.proofs (
    person_id bigint not null,
    proof_digest bytea not null,
    subject text not null,
    expires_at timestamptz not null,
    constraint proofs_pkey primary key (person_id, proof_digest)
);
