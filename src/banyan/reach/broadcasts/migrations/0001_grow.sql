-- Broadcasts: messages of any kind to many, held back until they may go, now or at a set time. The
-- tables of messages came from the room of channels, with what was in them.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- One row an account, locked while one of its messages begins or takes a step: whoever counts how
-- many messages a follower has had this month counts alone.
create table broadcasts.outboxes (
    channel_id bigint not null,
    last_number bigint not null,
    speed smallint not null default 0,
    asks_before_all boolean not null default false,
    constraint outboxes_pkey primary key (channel_id),
    constraint outboxes_speed check (speed between 0 and 4)
) with (fillfactor = 70);

-- The account's own number of a message, and what holds it back.
alter table broadcasts.messages
add column number bigint not null default 0,
add column content jsonb not null default '{}',
add column tag_id bigint not null default 0,
add column send_at timestamptz,
add column begun_at timestamptz,
add column reason text not null default '',
add column is_reprint_refused boolean not null default true,
add column publish_number bigint not null default 0,
add column article_id text not null default '',
add column deleted smallint[] not null default '{}',
add column copyright jsonb not null default '[]',
add column is_checked boolean not null default true,
add column asked_at timestamptz;

-- What was sent before lies in inboxes as notices; what is under way goes on as it does now.
update broadcasts.messages
set
    content = jsonb_build_object('kind', 'note', 'title', title, 'body', body, 'link', link),
    begun_at = case when state = 'sending' then created_at end;

-- The wider list promises nothing that the narrower one did not.
-- squawk-ignore ban-drop-constraint
alter table broadcasts.messages drop constraint messages_state;
-- squawk-ignore ban-drop-constraint
alter table broadcasts.messages drop constraint messages_audience_known;
-- squawk-ignore constraint-missing-not-valid
alter table broadcasts.messages add constraint messages_state_known check (
    state in ('waiting', 'sending', 'sent', 'refused', 'cancelled', 'deleted')
);
-- squawk-ignore constraint-missing-not-valid
alter table broadcasts.messages add constraint messages_audience_known check (
    audience in ('all', 'tag', 'list', 'segment', 'preview')
);

-- What it says lies in its content.
-- squawk-ignore ban-drop-column
alter table broadcasts.messages drop column title, drop column body, drop column link;

-- squawk-ignore require-concurrent-index-creation
create index messages_begun on broadcasts.messages (channel_id, begun_at, message_id)
where begun_at is not null and state <> 'deleted';
-- squawk-ignore require-concurrent-index-creation
create index messages_number on broadcasts.messages (channel_id, number);
-- squawk-ignore require-concurrent-index-creation
create index messages_id on broadcasts.messages (message_id);
-- squawk-ignore require-concurrent-index-creation
create index messages_month on broadcasts.messages (channel_id, quota_month);

-- The named recipients of a message until it is through. They used to lie among the results.
create table broadcasts.lists (
    message_id bigint not null,
    openids text[] not null,
    constraint lists_pkey primary key (message_id)
);

insert into broadcasts.lists (message_id, openids)
select
    message_id,
    array_agg(openid order by openid) as openids
from broadcasts.deliveries
where result is null
group by message_id;

delete from broadcasts.deliveries
where result is null;

-- One row a recipient, and the one thing that is known of it: who was reached in a month is counted
-- here too, so that no counter has to be written beside each row.
alter table broadcasts.deliveries add column read_at timestamptz;
-- squawk-ignore adding-not-nullable-field
alter table broadcasts.deliveries alter column result set not null;
-- squawk-ignore adding-not-nullable-field
alter table broadcasts.deliveries alter column delivered_at set not null;
-- squawk-ignore ban-drop-constraint
alter table broadcasts.deliveries drop constraint deliveries_when;
-- squawk-ignore ban-drop-constraint
alter table broadcasts.deliveries drop constraint deliveries_result_known;
-- squawk-ignore ban-drop-table
drop table broadcasts.quotas;

-- What a program calls a message, so that asking twice sends once.
create table broadcasts.marks (
    channel_id bigint not null,
    mark text not null,
    message_id bigint not null,
    marked_at timestamptz not null,
    constraint marks_pkey primary key (channel_id, mark)
);
