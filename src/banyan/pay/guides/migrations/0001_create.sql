-- Guides: who of a shop's people looks after whom, and which charges they helped to.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema guides;

-- Distributed by merchant_id. `staff_no` is what the merchant's own directory calls them.
create table guides.guides (
    merchant_id bigint not null,
    guide_id bigint not null,
    store_id bigint not null,
    corp_no text not null,
    staff_no text not null,
    work_no text not null,
    name text not null,
    phone text not null,
    code_url text not null,
    avatar_url text not null,
    group_url text not null,
    added_at timestamptz not null,
    changed_at timestamptz not null,
    constraint guides_pkey primary key (merchant_id, guide_id)
);

create unique index guides_staff on guides.guides (merchant_id, store_id, staff_no);

-- A charge was brought about by a guide; the number is the merchant's own.
create table guides.assignments (
    merchant_id bigint not null,
    provider_id bigint not null,
    out_no text not null,
    guide_id bigint not null,
    assigned_at timestamptz not null,
    constraint assignments_pkey primary key (merchant_id, provider_id, out_no)
);

create index assignments_guide on guides.assignments (merchant_id, guide_id);
