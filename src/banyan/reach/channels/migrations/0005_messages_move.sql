-- Messages to many have a room of their own: what was sent stays where it is, under another schema.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema broadcasts;

-- squawk-ignore ban-set-schema
alter table channels.messages set schema broadcasts;
-- squawk-ignore ban-set-schema
alter table channels.deliveries set schema broadcasts;
-- squawk-ignore ban-set-schema
alter table channels.tallies set schema broadcasts;
-- squawk-ignore ban-set-schema
alter table channels.quotas set schema broadcasts;

-- An inbox also shows what an account said that one has left since.
-- squawk-ignore require-concurrent-index-creation
create index followers_who_followed on channels.followers (person_id, channel_id)
where state <> 'known';
-- squawk-ignore require-concurrent-index-deletion
drop index channels.followers_of_person;
