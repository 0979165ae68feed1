-- Parking without stopping: whose car it is, when it came in, and what was taken when it left.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema parkings;

-- A plate is one person's at a time.
create table parkings.plates (
    plate_no text not null,
    color text not null,
    plate_id bigint not null,
    person_id bigint not null,
    is_paused boolean not null,
    bound_at timestamptz not null,
    constraint plates_pkey primary key (plate_no, color),
    constraint plates_color_known check (
        color in ('blue', 'green', 'yellow', 'black', 'white', 'limegreen')
    )
);

create index plates_of_person on parkings.plates (person_id, plate_id);

-- Distributed by merchant_id from here on: the car park. `provider_id` is who tells for it.
create table parkings.entries (
    merchant_id bigint not null,
    entry_id bigint not null,
    provider_id bigint not null,
    out_no text not null,
    digest bytea not null,
    plate_no text not null,
    color text not null,
    person_id bigint not null,
    name text not null,
    began text not null,
    free_s integer not null,
    notify_url text not null,
    obstacle text not null,
    is_left boolean not null default false,
    entered_at timestamptz not null,
    changed_at timestamptz not null,
    constraint entries_pkey primary key (merchant_id, entry_id),
    constraint entries_obstacle_known check (
        obstacle in ('', 'paused', 'overdue', 'unknown')
    )
) with (fillfactor = 80);

create unique index entries_out_no on parkings.entries (merchant_id, provider_id, out_no);
create index entries_inside on parkings.entries (plate_no, color) where not is_left;
create index entries_latest on parkings.entries (merchant_id, entry_id);

create table parkings.deductions (
    merchant_id bigint not null,
    deduction_id bigint not null,
    provider_id bigint not null,
    entry_id bigint not null,
    person_id bigint not null,
    out_no text not null,
    digest bytea not null,
    terms jsonb not null,
    total_fen bigint not null,
    charge_id bigint not null,
    state text not null,
    is_repaid boolean not null default false,
    tries integer not null default 0,
    made_at timestamptz not null,
    paid_at timestamptz,
    constraint deductions_pkey primary key (merchant_id, deduction_id),
    constraint deductions_state_known check (
        state in ('accepted', 'paid', 'failed', 'closed')
    ),
    constraint deductions_paid check ((state = 'paid') = (paid_at is not null)),
    constraint deductions_repaid check (not is_repaid or state = 'paid')
) with (fillfactor = 80);

create unique index deductions_out_no on parkings.deductions (merchant_id, provider_id, out_no);
create index deductions_of_person on parkings.deductions (person_id, deduction_id);
create unique index deductions_charge on parkings.deductions (merchant_id, charge_id);
create index deductions_owed on parkings.deductions (person_id) where state = 'failed';
