"""Every SQL statement on schema `miniapps`, and thin functions over them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from banyan.base.db import Connection
from banyan.parties.ids import PersonId
from banyan.reach.channels import ChannelId
from banyan.reach.miniapps.records import (
    DomainRow,
    TesterRow,
    app_of,
    audit_of,
    package_of,
    version_of,
)
from banyan.reach.miniapps.types import (
    App,
    Audit,
    Package,
    PackageId,
    Quota,
    Release,
    Version,
)

_next_package = """
insert into miniapps.libraries as l (merchant_id, last_package_id)
values ($1, 1)
on conflict (merchant_id) do update set last_package_id = l.last_package_id + 1
returning last_package_id
"""

_insert_package = """
insert into miniapps.packages (
    merchant_id, package_id, is_template, config, version_name, version_note, created_at
)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_list_packages = """
select merchant_id, package_id, is_template, config, version_name, version_note, created_at
from miniapps.packages
where merchant_id = $1 and is_template = $2
order by package_id desc
limit $3
"""

_find_package = """
select merchant_id, package_id, is_template, config, version_name, version_note, created_at
from miniapps.packages
where merchant_id = $1 and package_id = $2
"""

_delete_package = """
delete from miniapps.packages
where merchant_id = $1 and package_id = $2 and is_template = $3
returning package_id
"""

# Also a mini program without a row is locked: the insert waits for a rival's, and updates it.
_lock_app = """
insert into miniapps.apps as a (channel_id) values ($1)
on conflict (channel_id) do update set trial_id = a.trial_id
returning channel_id, trial_id, release_id, last_release_id, last_audit_id, is_reverted, is_open,
    is_searchable, gray, category_ids
"""

_find_app = """
select channel_id, trial_id, release_id, last_release_id, last_audit_id, is_reverted, is_open,
    is_searchable, gray, category_ids
from miniapps.apps
where channel_id = $1
"""

_set_app = """
update miniapps.apps
set trial_id = $2, release_id = $3, last_release_id = $4, last_audit_id = $5, is_reverted = $6,
    is_open = $7, is_searchable = $8, gray = $9, category_ids = $10
where channel_id = $1
"""

_insert_version = """
insert into miniapps.versions (
    channel_id, version_id, template_id, config, ext, version_name, version_note, committed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_find_version = """
select version_id, template_id, config, ext, version_name, version_note, committed_at
from miniapps.versions
where channel_id = $1 and version_id = $2
"""

_delete_unused = """
delete from miniapps.versions as v
where v.channel_id = $1 and v.version_id = $2
    and not exists (
        select 1 from miniapps.audits as a
        where a.channel_id = v.channel_id and a.version_id = v.version_id
    )
    and not exists (
        select 1 from miniapps.releases as r
        where r.channel_id = v.channel_id and r.version_id = v.version_id
    )
"""

_insert_audit = """
insert into miniapps.audits (
    channel_id, audit_id, version_id, state, items, note, submitted_at
)
values ($1, $2, $3, 'pending', $4, $5, $6)
"""

_set_audit = """
update miniapps.audits set state = $3, reason = $4, is_urgent = $5, decided_at = $6
where channel_id = $1 and audit_id = $2
"""

_list_audits = """
select a.audit_id, a.state, a.reason, a.items, a.note, a.is_urgent, a.submitted_at, a.decided_at,
    v.version_id, v.template_id, v.config, v.ext, v.version_name, v.version_note, v.committed_at
from miniapps.audits as a
inner join miniapps.versions as v
    on a.channel_id = v.channel_id and a.version_id = v.version_id
where a.channel_id = $1 and ($2::bigint is null or a.audit_id = $2)
order by a.audit_id desc
limit $3
"""

_list_waiting = """
select a.channel_id, a.audit_id, a.state, a.reason, a.items, a.note, a.is_urgent, a.submitted_at,
    a.decided_at, v.version_id, v.template_id, v.config, v.ext, v.version_name, v.version_note,
    v.committed_at
from miniapps.audits as a
inner join miniapps.versions as v
    on a.channel_id = v.channel_id and a.version_id = v.version_id
where a.state in ('pending', 'delayed')
order by a.is_urgent desc, a.submitted_at
limit $1
"""

_count_withdrawn = """
select count(*) filter (where decided_at >= $2) as today, count(*) as this_month
from miniapps.audits
where channel_id = $1 and state = 'withdrawn' and decided_at >= $3
"""

_insert_release = """
insert into miniapps.releases (channel_id, release_id, version_id, released_at)
values ($1, $2, $3, $4)
"""

_list_releases = """
select r.release_id, r.released_at,
    v.version_id, v.template_id, v.config, v.ext, v.version_name, v.version_note, v.committed_at
from miniapps.releases as r
inner join miniapps.versions as v
    on r.channel_id = v.channel_id and r.version_id = v.version_id
where r.channel_id = $1 and r.release_id <= $2
order by r.release_id desc
limit $3
"""

_add_quota = """
insert into miniapps.quotas as q (merchant_id, month_on, audits_count, speedups_count)
values ($1, $2, $3, $4)
on conflict (merchant_id, month_on) do update
set audits_count = q.audits_count + excluded.audits_count,
    speedups_count = q.speedups_count + excluded.speedups_count
where q.audits_count + excluded.audits_count <= $5
    and q.speedups_count + excluded.speedups_count <= $6
returning audits_count
"""

_find_quota = """
select month_on, audits_count, speedups_count from miniapps.quotas
where merchant_id = $1 and month_on = $2
"""

_list_domains = """
select origin, purpose, domain from miniapps.domains
where channel_id = $1
order by origin, purpose, domain
limit $2
"""

_insert_domains = """
insert into miniapps.domains (channel_id, origin, purpose, domain)
select $1, $2, purpose, domain from unnest($3::text[], $4::text[]) as u (purpose, domain)
on conflict do nothing
"""

_delete_domains = """
delete from miniapps.domains as d
using unnest($3::text[], $4::text[]) as u (purpose, domain)
where d.channel_id = $1 and d.origin = $2 and d.purpose = u.purpose and d.domain = u.domain
"""

_insert_tester = """
insert into miniapps.testers (channel_id, person_id, userstr, bound_at) values ($1, $2, $3, $4)
on conflict do nothing
returning userstr
"""

_delete_tester = """
delete from miniapps.testers
where channel_id = $1 and (person_id = $2 or userstr = $3)
returning userstr
"""

_list_testers = """
select person_id, userstr, bound_at from miniapps.testers
where channel_id = $1
order by bound_at, person_id
limit $2
"""

_is_tester = """
select exists (select from miniapps.testers where channel_id = $1 and person_id = $2)
"""

_domains_max = 10_000


async def next_package_id(db: Connection, merchant_id: int) -> PackageId:
    """Lock a merchant's library to the end of the transaction; return a number never used."""
    return PackageId(await db.fetchval(_next_package, merchant_id))


async def insert_package(db: Connection, package: Package) -> None:
    """Add a draft or a template."""
    await db.execute(
        _insert_package,
        package.merchant_id,
        package.package_id,
        package.is_template,
        msgspec.to_builtins(package.config),
        package.version_name,
        package.version_note,
        package.created_at,
    )


async def list_packages(
    db: Connection, merchant_id: int, *, is_template: bool, limit: int
) -> list[Package]:
    """Return a merchant's drafts or templates, the newest first."""
    rows = await db.fetch(_list_packages, merchant_id, is_template, limit)
    return [package_of(row) for row in rows]


async def find_package(db: Connection, merchant_id: int, package_id: int) -> Package | None:
    """Return a draft or template of a merchant, or None."""
    row = await db.fetchrow(_find_package, merchant_id, package_id)
    return package_of(row) if row else None


async def delete_package(
    db: Connection, merchant_id: int, package_id: int, *, is_template: bool
) -> bool:
    """Delete a draft or a template; return whether there was one."""
    return await db.fetchval(_delete_package, merchant_id, package_id, is_template) is not None


async def lock_app(db: Connection, channel_id: int) -> App:
    """Lock a mini program, which has a row from now on."""
    row = await db.fetchrow(_lock_app, channel_id)
    assert row is not None
    return app_of(row)


async def find_app(db: Connection, channel_id: int) -> App:
    """Return how a mini program stands."""
    row = await db.fetchrow(_find_app, channel_id)
    return app_of(row) if row else App(channel_id=ChannelId(channel_id))


async def set_app(db: Connection, app: App) -> None:
    """Write how a locked mini program stands."""
    await db.execute(
        _set_app,
        app.channel_id,
        app.trial_id,
        app.release_id,
        app.last_release_id,
        app.last_audit_id,
        app.is_reverted,
        app.is_open,
        app.is_searchable,
        msgspec.to_builtins(app.gray),
        app.category_ids,
    )


async def insert_version(db: Connection, channel_id: int, version: Version) -> None:
    """Add code."""
    await db.execute(
        _insert_version,
        channel_id,
        version.version_id,
        version.template_id,
        msgspec.to_builtins(version.config),
        version.ext,
        version.version_name,
        version.version_note,
        version.committed_at,
    )


async def find_version(db: Connection, channel_id: int, version_id: int) -> Version | None:
    """Return code of a mini program, or None."""
    row = await db.fetchrow(_find_version, channel_id, version_id)
    return version_of(row) if row else None


async def delete_unused(db: Connection, channel_id: int, version_id: int) -> None:
    """Forget code that was never put to the audit."""
    await db.execute(_delete_unused, channel_id, version_id)


async def insert_audit(db: Connection, channel_id: int, audit: Audit) -> None:
    """Add an audit that has just begun."""
    await db.execute(
        _insert_audit,
        channel_id,
        audit.audit_id,
        audit.version.version_id,
        msgspec.to_builtins(audit.items),
        audit.note,
        audit.submitted_at,
    )


async def set_audit(db: Connection, channel_id: int, audit: Audit) -> None:
    """Write how far an audit of a locked mini program is."""
    await db.execute(
        _set_audit,
        channel_id,
        audit.audit_id,
        audit.state.value,
        audit.reason,
        audit.is_urgent,
        audit.decided_at,
    )


async def list_audits(db: Connection, channel_id: int, limit: int) -> list[Audit]:
    """Return a mini program's audits, the latest first."""
    return [audit_of(row) for row in await db.fetch(_list_audits, channel_id, None, limit)]


async def find_audit(db: Connection, channel_id: int, audit_id: int) -> Audit | None:
    """Return an audit of a mini program, or None."""
    row = await db.fetchrow(_list_audits, channel_id, audit_id, 1)
    return audit_of(row) if row else None


async def list_waiting(db: Connection, limit: int) -> list[tuple[int, Audit]]:
    """Return audits of all mini programs that wait, and whose they are: the most urgent first."""
    rows = await db.fetch(_list_waiting, limit)
    return [(row["channel_id"], audit_of(row)) for row in rows]


async def count_withdrawn(
    db: Connection, channel_id: int, day: datetime, month: datetime
) -> tuple[int, int]:
    """Return how many audits were called back since each of two instants."""
    row = await db.fetchrow(_count_withdrawn, channel_id, day, month)
    assert row is not None
    return row[0], row[1]


async def insert_release(
    db: Connection, channel_id: int, release_id: int, version_id: int, at: datetime
) -> None:
    """Note that everybody has this code from now on."""
    await db.execute(_insert_release, channel_id, release_id, version_id, at)


async def list_releases(db: Connection, channel_id: int, up_to: int, limit: int) -> list[Release]:
    """Return a mini program's releases up to one, that one first."""
    rows = await db.fetch(_list_releases, channel_id, up_to, limit)
    return [
        Release(
            release_id=row["release_id"], version=version_of(row), released_at=row["released_at"]
        )
        for row in rows
    ]


async def add_quota(db: Connection, merchant_id: int, quota: Quota, most: Quota) -> bool:
    """Count what a merchant does in a month, unless that were more than it may."""
    counted = await db.fetchval(
        _add_quota,
        merchant_id,
        quota.month_on,
        quota.audits_count,
        quota.speedups_count,
        most.audits_count,
        most.speedups_count,
    )
    return counted is not None


async def find_quota(db: Connection, merchant_id: int, month_on: date) -> Quota:
    """Return what a merchant did in a month."""
    row = await db.fetchrow(_find_quota, merchant_id, month_on)
    return Quota(**dict(row)) if row else Quota(month_on=month_on)


async def list_domains(db: Connection, channel_id: int) -> list[DomainRow]:
    """Return all domains of a mini program."""
    return [DomainRow(*row) for row in await db.fetch(_list_domains, channel_id, _domains_max)]


async def insert_domains(
    db: Connection, channel_id: int, origin: str, pairs: Collection[tuple[str, str]]
) -> None:
    """Add domains by what they are for; those that there are stay."""
    await db.execute(
        _insert_domains, channel_id, origin, [one[0] for one in pairs], [one[1] for one in pairs]
    )


async def delete_domains(
    db: Connection, channel_id: int, origin: str, pairs: Collection[tuple[str, str]]
) -> None:
    """Take domains away."""
    await db.execute(
        _delete_domains, channel_id, origin, [one[0] for one in pairs], [one[1] for one in pairs]
    )


async def insert_tester(db: Connection, channel_id: int, tester: TesterRow) -> bool:
    """Add a tester; return whether they were none before."""
    found = await db.fetchval(
        _insert_tester, channel_id, tester.person_id, tester.userstr, tester.bound_at
    )
    return found is not None


async def delete_tester(db: Connection, channel_id: int, person_id: int, userstr: str) -> bool:
    """Take a tester away; return whether they were one."""
    return await db.fetchval(_delete_tester, channel_id, person_id, userstr) is not None


async def list_testers(db: Connection, channel_id: int, limit: int) -> Sequence[TesterRow]:
    """Return a mini program's testers, the first first."""
    rows = await db.fetch(_list_testers, channel_id, limit)
    return [TesterRow(PersonId(row[0]), row[1], row[2]) for row in rows]


async def is_tester(db: Connection, channel_id: int, person_id: int) -> bool:
    """Return whether somebody may open what is not released."""
    return bool(await db.fetchval(_is_tester, channel_id, person_id))
