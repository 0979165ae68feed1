-- Subscription messages: forms whose readers said beforehand that they want the next one.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table templates.subscriptions (
    channel_id bigint not null,
    template_id text not null,
    number integer not null,
    title text not null,
    content text not null,
    example text not null,
    scene text not null,
    created_at timestamptz not null,
    constraint subscriptions_pkey primary key (channel_id, template_id)
);

-- How many more messages of a form somebody said they want.
create table templates.permits (
    channel_id bigint not null,
    person_id bigint not null,
    template_id text not null,
    unused integer not null,
    constraint permits_pkey primary key (channel_id, person_id, template_id),
    constraint permits_unused check (unused between 0 and 100)
) with (fillfactor = 80);
