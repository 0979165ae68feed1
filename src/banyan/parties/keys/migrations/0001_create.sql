-- Keys: what a merchant's own programs sign in with. Of a key's secret only the digest is kept.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema keys;

create table keys.keys (
    merchant_id bigint not null,
    key_id bigint not null,
    name text not null,
    prefix text not null,
    digest bytea not null,
    old_digest bytea,
    old_until timestamptz,
    scopes text[] not null,
    store_ids bigint[],
    created_by bigint not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    constraint keys_pkey primary key (merchant_id, key_id),
    constraint keys_scoped check (cardinality(scopes) > 0),
    constraint keys_old_until check ((old_digest is null) = (old_until is null))
);

create index keys_digest on keys.keys (digest);
create index keys_old_digest on keys.keys (old_digest) where old_digest is not null;
