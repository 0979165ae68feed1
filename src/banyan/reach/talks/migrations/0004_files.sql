-- Conversations: how many files somebody sends in a day is counted.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index messages_with_files on talks.messages (channel_id, person_id, sent_at)
where origin in ('said', 'unheard') and content ->> 'kind' in ('image', 'voice', 'video');
