-- Mini programs: the code that a merchant keeps, and of each mini program its versions, audits and
-- releases. Libraries are distributed by merchant_id, all else by channel_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema miniapps;

-- One row a merchant, locked while its library changes.
create table miniapps.libraries (
    merchant_id bigint not null,
    last_package_id bigint not null default 0,
    constraint libraries_pkey primary key (merchant_id)
) with (fillfactor = 70);

create table miniapps.packages (
    merchant_id bigint not null,
    package_id bigint not null,
    is_template boolean not null,
    config jsonb not null,
    version_name text not null,
    version_note text not null,
    created_at timestamptz not null,
    constraint packages_pkey primary key (merchant_id, package_id)
);

-- How often a merchant went to the audit in a month.
create table miniapps.quotas (
    merchant_id bigint not null,
    month_on date not null,
    audits_count integer not null default 0,
    speedups_count integer not null default 0,
    constraint quotas_pkey primary key (merchant_id, month_on),
    constraint quotas_audits check (audits_count between 0 and 100),
    constraint quotas_speedups check (speedups_count between 0 and 10)
) with (fillfactor = 70);

-- One row a mini program, locked while anything about its code changes.
create table miniapps.apps (
    channel_id bigint not null,
    trial_id bigint not null default 0,
    release_id bigint not null default 0,
    last_release_id bigint not null default 0,
    last_audit_id bigint not null default 0,
    is_reverted boolean not null default false,
    is_open boolean not null default true,
    is_searchable boolean not null default true,
    gray jsonb not null default '{}',
    category_ids jsonb not null default '[]',
    constraint apps_pkey primary key (channel_id),
    constraint apps_release check (release_id between 0 and last_release_id)
) with (fillfactor = 70);

create table miniapps.versions (
    channel_id bigint not null,
    version_id bigint not null,
    template_id bigint not null,
    config jsonb not null,
    ext jsonb not null,
    version_name text not null,
    version_note text not null,
    committed_at timestamptz not null,
    constraint versions_pkey primary key (channel_id, version_id)
);

create table miniapps.audits (
    channel_id bigint not null,
    audit_id bigint not null,
    version_id bigint not null,
    state text not null,
    reason text not null default '',
    items jsonb not null,
    note text not null,
    is_urgent boolean not null default false,
    submitted_at timestamptz not null,
    decided_at timestamptz,
    constraint audits_pkey primary key (channel_id, audit_id),
    constraint audits_version foreign key (channel_id, version_id)
    references miniapps.versions (channel_id, version_id),
    constraint audits_state_known check (
        state in ('pending', 'approved', 'refused', 'withdrawn', 'delayed', 'released')
    ),
    constraint audits_decided_when check ((state in ('pending', 'delayed')) = (decided_at is null))
) with (fillfactor = 80);

-- One audit at a time.
create unique index audits_open on miniapps.audits (channel_id)
where state in ('pending', 'delayed');

create table miniapps.releases (
    channel_id bigint not null,
    release_id bigint not null,
    version_id bigint not null,
    released_at timestamptz not null,
    constraint releases_pkey primary key (channel_id, release_id),
    constraint releases_version foreign key (channel_id, version_id)
    references miniapps.versions (channel_id, version_id)
);

-- By whom a domain was named: in the console, over the interface, or at once.
create table miniapps.domains (
    channel_id bigint not null,
    origin text not null,
    purpose text not null,
    domain text not null,
    constraint domains_pkey primary key (channel_id, origin, purpose, domain)
);

create table miniapps.testers (
    channel_id bigint not null,
    person_id bigint not null,
    userstr text not null,
    bound_at timestamptz not null,
    constraint testers_pkey primary key (channel_id, person_id),
    constraint testers_userstr unique (channel_id, userstr)
);
