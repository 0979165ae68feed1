-- Business circles: who lets a mall give points for what they pay there, and what it gave.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema circles;

-- Distributed by merchant_id: the mall.
create table circles.members (
    merchant_id bigint not null,
    person_id bigint not null,
    joined_at timestamptz not null,
    left_at timestamptz,
    constraint members_pkey primary key (merchant_id, person_id)
);

create index members_of_person on circles.members (person_id, merchant_id);

-- What a mall gave, or did not give, for one charge.
create table circles.points (
    merchant_id bigint not null,
    charge_id bigint not null,
    person_id bigint not null,
    is_earned boolean not null,
    points bigint not null,
    total_points bigint,
    remark text not null,
    given_at timestamptz not null,
    constraint points_pkey primary key (merchant_id, charge_id),
    constraint points_known check (points >= 0)
);

create index points_of_person on circles.points (merchant_id, person_id, charge_id);
