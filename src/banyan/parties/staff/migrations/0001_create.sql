-- Staff: which person may act for which merchant, in which role, in which stores.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema staff;

create table staff.staff (
    merchant_id bigint not null,
    staff_id bigint not null,
    person_id bigint not null,
    role text not null,
    store_ids bigint[],
    invited_by bigint not null,
    since_at timestamptz not null,
    constraint staff_pkey primary key (merchant_id, staff_id),
    constraint staff__already_there unique (merchant_id, person_id),
    constraint staff_role_known check (
        role in ('owner', 'manager', 'cashier', 'clerk', 'finance', 'analyst', 'service', 'reader')
    ),
    constraint staff_owners_everywhere check (role <> 'owner' or store_ids is null)
);

create index staff_person on staff.staff (person_id);
