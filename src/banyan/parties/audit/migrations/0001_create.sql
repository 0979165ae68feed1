-- Audit: who changed what at a merchant, before and after. Rows are only ever added.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema audit;

create table audit.entries (
    merchant_id bigint not null,
    audit_id bigint not null,
    at timestamptz not null,
    actor_kind text not null,
    actor_id bigint not null,
    person_id bigint not null,
    subject text not null,
    subject_id bigint not null,
    before jsonb,
    after jsonb,
    constraint entries_pkey primary key (merchant_id, audit_id),
    constraint entries_changed check (before is distinct from after)
);

create index entries_subject on audit.entries (merchant_id, subject, subject_id, audit_id);
