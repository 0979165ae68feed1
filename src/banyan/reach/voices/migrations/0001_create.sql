-- Voices: sounds in which somebody speaks, and what was heard. Distributed by channel_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema voices;

-- Of a program its own name for a voice, of a conversation the number of the message. The bytes lie
-- in the storage of files.
create table voices.hearings (
    channel_id bigint not null,
    origin text not null,
    voice_id text not null,
    language text not null,
    file text not null,
    state text not null,
    heard text not null,
    asked_at timestamptz not null,
    -- Whose it is until then, by the real clock, and how often somebody took it.
    leased_until timestamptz,
    takings smallint not null default 0,
    constraint hearings_pkey primary key (channel_id, origin, voice_id, language),
    constraint hearings_origin_known check (origin in ('program', 'talk')),
    constraint hearings_state_known check (state in ('waiting', 'heard', 'unreadable', 'unheard')),
    constraint hearings_heard_when check (state = 'heard' or heard = ''),
    constraint hearings_file_form check (file ~ '^[0-9a-f]{64}\.[a-z0-9]{1,8}$')
) with (fillfactor = 80);

create index hearings_waiting on voices.hearings (origin, asked_at) where state = 'waiting';
create index hearings_age on voices.hearings (channel_id, asked_at);
