-- Notices: what lies in people's inboxes. Distributed by person_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema notices;

-- A notice of the system itself has a kind and fields, and gets its words at the door in the
-- reader's language; one that a merchant wrote has title and body as it was written.
create table notices.notices (
    person_id bigint not null,
    notice_id bigint not null,
    merchant_id bigint not null,
    channel_id bigint not null,
    kind text not null,
    title text not null,
    body text not null,
    link text not null,
    fields jsonb not null,
    arrived_at timestamptz not null,
    read_at timestamptz,
    constraint notices_pkey primary key (person_id, notice_id)
) with (fillfactor = 90);

create index notices_unread on notices.notices (person_id, notice_id) where read_at is null;
