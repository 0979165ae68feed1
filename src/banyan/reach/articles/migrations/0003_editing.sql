-- Drafts that several people edit, publishing at a time, looking before, and what may not go out.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Every change counts; whoever saves says which state they had before them.
alter table articles.packs add column version integer not null default 1;
alter table articles.packs add column publish_at timestamptz;
alter table articles.packs add column schedule_id bigint not null default 0;

-- What was refused before it was out was never seen; afterwards it is seen no more.
alter table articles.publications add column media_id text not null default '';
alter table articles.publications add column refused_at timestamptz;
alter table articles.publications add column refused_reason text not null default '';

-- Only the digest of what opens a draft for somebody who has no rights but the link.
create table articles.previews (
    token_digest bytea not null,
    channel_id bigint not null,
    media_id text not null,
    expires_at timestamptz not null,
    constraint previews_pkey primary key (token_digest)
);

create index previews_of_pack on articles.previews (channel_id, media_id);
