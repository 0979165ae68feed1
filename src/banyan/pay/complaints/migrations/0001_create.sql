-- Complaints about charges: what a person says, what the merchant answers, the pictures of both.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema complaints;

-- Distributed by merchant_id. One complaint a charge: whoever is not content continues it.
create table complaints.complaints (
    merchant_id bigint not null,
    complaint_id bigint not null,
    charge_id bigint not null,
    transaction_no text not null,
    out_no text not null,
    charged_fen bigint not null,
    person_id bigint not null,
    openid text not null,
    phone text not null,
    problem text not null,
    told text not null,
    asked_fen bigint not null,
    refunded_fen bigint not null default 0,
    state text not null,
    refund_state text not null default '',
    is_withdrawn boolean not null default false,
    has_unread boolean not null default false,
    times integer not null default 1,
    made_at timestamptz not null,
    changed_at timestamptz not null,
    constraint complaints_pkey primary key (merchant_id, complaint_id),
    constraint complaints_one unique (merchant_id, charge_id),
    constraint complaints_problem_known check (problem in ('refund', 'undelivered', 'other')),
    constraint complaints_state_known check (state in ('pending', 'processing', 'processed')),
    constraint complaints_refund_known check (refund_state in ('', 'agreed', 'refused')),
    constraint complaints_amounts check (
        asked_fen between 0 and charged_fen and refunded_fen between 0 and charged_fen
    )
) with (fillfactor = 80);

create index complaints_latest on complaints.complaints (merchant_id, made_at, complaint_id);
create index complaints_of_person on complaints.complaints (person_id, made_at, complaint_id);

-- What was said and done, in order; never changed.
create table complaints.steps (
    merchant_id bigint not null,
    complaint_id bigint not null,
    step_id bigint not null,
    kind text not null,
    told text not null,
    images text[] not null,
    links jsonb,
    amount_fen bigint not null default 0,
    made_at timestamptz not null,
    constraint steps_pkey primary key (merchant_id, complaint_id, step_id)
);

-- Pictures of both sides; `person_id` is 0 for the merchant's own.
create table complaints.images (
    merchant_id bigint not null,
    image_id text not null,
    person_id bigint not null,
    file text not null,
    kind text not null,
    added_at timestamptz not null,
    constraint images_pkey primary key (merchant_id, image_id)
);

-- Where a merchant wants to be told of complaints.
create table complaints.addresses (
    merchant_id bigint not null,
    url text not null,
    constraint addresses_pkey primary key (merchant_id)
);
