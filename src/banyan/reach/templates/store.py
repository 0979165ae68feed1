"""Every SQL statement on schema `templates`, and thin functions over them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from banyan.base.db import Connection
from banyan.reach.templates.types import Filled, SendId, Subscription, Template

_lock_holder = """
insert into templates.holders as h (channel_id)
values ($1)
on conflict (channel_id) do update set primary_industry = h.primary_industry
returning primary_industry, secondary_industry, industry_set_at
"""

_find_holder = """
select primary_industry, secondary_industry, industry_set_at
from templates.holders
where channel_id = $1
"""

_set_holder = """
update templates.holders
set primary_industry = $2, secondary_industry = $3, industry_set_at = $4
where channel_id = $1
"""

_list_templates = """
select template_id, short_id, title, content, example, primary_industry, secondary_industry
from templates.templates
where channel_id = $1
order by created_at, template_id
"""

_find_template = """
select template_id, short_id, title, content, example, primary_industry, secondary_industry
from templates.templates
where channel_id = $1 and template_id = $2
"""

_insert_template = """
insert into templates.templates (
    channel_id, template_id, short_id, title, content, example, primary_industry,
    secondary_industry, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

_delete_template = """
delete from templates.templates where channel_id = $1 and template_id = $2 returning template_id
"""

_insert_send = """
insert into templates.sends (
    channel_id, send_id, person_id, template_id, own_name, filled, sent_at
)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_find_filled = """
select s.channel_id, s.send_id, s.filled
from templates.sends s
inner join unnest($1::bigint[], $2::bigint[]) as u (channel_id, send_id)
    on s.channel_id = u.channel_id and s.send_id = u.send_id
where s.filled is not null
"""

_find_send = """
select send_id from templates.sends
where channel_id = $1 and person_id = $2 and own_name = $3 and own_name <> ''
    and sent_at > $4
order by send_id desc
limit 1
"""

_list_subscriptions = """
select template_id, number, title, content, example, scene
from templates.subscriptions
where channel_id = $1
order by created_at, template_id
"""

_insert_subscription = """
insert into templates.subscriptions (
    channel_id, template_id, number, title, content, example, scene, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_delete_subscription = """
delete from templates.subscriptions
where channel_id = $1 and template_id = $2
returning template_id
"""

_list_permits = """
select template_id, unused from templates.permits where channel_id = $1 and person_id = $2
"""

_add_permit = """
insert into templates.permits as p (channel_id, person_id, template_id, unused)
values ($1, $2, $3, 1)
on conflict (channel_id, person_id, template_id) do update
set unused = least(p.unused + 1, $4)
returning unused
"""

_drop_permits = """
delete from templates.permits where channel_id = $1 and person_id = $2 and template_id = $3
returning unused
"""

_use_permit = """
update templates.permits
set unused = unused - 1
where channel_id = $1 and person_id = $2 and template_id = $3 and unused > 0
returning unused
"""

_allow_once = """
insert into templates.once_permits (channel_id, person_id, scene, granted_at)
values ($1, $2, $3, $4)
on conflict (channel_id, person_id, scene) do nothing
returning scene
"""

_use_once = """
delete from templates.once_permits
where channel_id = $1 and person_id = $2 and scene = $3
returning scene
"""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """What an account said that it does; 0 for nothing."""

    primary_industry: int = 0
    secondary_industry: int = 0
    industry_set_at: datetime | None = None

    @property
    def industries(self) -> list[int]:
        """The numbers of its industries."""
        return [one for one in (self.primary_industry, self.secondary_industry) if one]


async def lock_holder(db: Connection, channel_id: int) -> Holder:
    """Lock an account's templates; return what it does."""
    row = await db.fetchrow(_lock_holder, channel_id)
    assert row is not None
    return Holder(**dict(row))


async def find_holder(db: Connection, channel_id: int) -> Holder:
    """Return what an account does."""
    row = await db.fetchrow(_find_holder, channel_id)
    return Holder(**dict(row)) if row else Holder()


async def set_holder(db: Connection, channel_id: int, holder: Holder) -> None:
    """Write what an account does."""
    await db.execute(
        _set_holder,
        channel_id,
        holder.primary_industry,
        holder.secondary_industry,
        holder.industry_set_at,
    )


async def list_templates(db: Connection, channel_id: int) -> list[Template]:
    """Return an account's templates, the oldest first."""
    return [_template(dict(row)) for row in await db.fetch(_list_templates, channel_id)]


async def find_template(db: Connection, channel_id: int, template_id: str) -> Template | None:
    """Return a template, or None."""
    row = await db.fetchrow(_find_template, channel_id, template_id)
    return _template(dict(row)) if row else None


async def insert_template(
    db: Connection, channel_id: int, template: Template, now: datetime
) -> None:
    """Add a template."""
    await db.execute(
        _insert_template,
        channel_id,
        template.template_id,
        template.short_id,
        template.title,
        template.content,
        template.example,
        template.primary_industry,
        template.secondary_industry,
        now,
    )


async def delete_template(db: Connection, channel_id: int, template_id: str) -> bool:
    """Delete a template; return whether there was one."""
    return await db.fetchval(_delete_template, channel_id, template_id) is not None


async def insert_send(  # noqa: PLR0913 - the columns of one row
    db: Connection,
    *,
    channel_id: int,
    send_id: SendId,
    person_id: int,
    filled: Filled,
    own_name: str,
    now: datetime,
) -> None:
    """Add a message that was sent."""
    await db.execute(
        _insert_send,
        channel_id,
        send_id,
        person_id,
        filled.template_id,
        own_name,
        filled,
        now,
    )


async def find_filled(
    db: Connection, sends: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Filled]:
    """Return what messages, by channel and number, were filled with; of old ones nobody knows."""
    pairs = list(sends)
    rows = await db.fetch(_find_filled, [one for one, _ in pairs], [one for _, one in pairs])
    return {
        (row["channel_id"], row["send_id"]): msgspec.convert(row["filled"], Filled) for row in rows
    }


async def find_send(
    db: Connection, channel_id: int, person_id: int, own_name: str, since: datetime
) -> SendId | None:
    """Return the message that a program sent to somebody under a name of its own, or None."""
    found = await db.fetchval(_find_send, channel_id, person_id, own_name, since)
    return None if found is None else SendId(found)


async def list_subscriptions(db: Connection, channel_id: int) -> list[Subscription]:
    """Return an account's forms to subscribe to, the oldest first."""
    rows = await db.fetch(_list_subscriptions, channel_id)
    return [Subscription(**row) for row in rows]


async def insert_subscription(
    db: Connection, channel_id: int, form: Subscription, now: datetime
) -> None:
    """Add a form to subscribe to."""
    await db.execute(
        _insert_subscription,
        channel_id,
        form.template_id,
        form.number,
        form.title,
        form.content,
        form.example,
        form.scene,
        now,
    )


async def delete_subscription(db: Connection, channel_id: int, template_id: str) -> bool:
    """Delete a form to subscribe to; return whether there was one."""
    return await db.fetchval(_delete_subscription, channel_id, template_id) is not None


async def list_permits(db: Connection, channel_id: int, person_id: int) -> dict[str, int]:
    """Return how many more messages of each form somebody wants."""
    rows = await db.fetch(_list_permits, channel_id, person_id)
    return {row["template_id"]: row["unused"] for row in rows}


async def add_permit(
    db: Connection, channel_id: int, person_id: int, template_id: str, unused_max: int
) -> int:
    """Let an account send one more message of a form; return how many by now."""
    unused: int = await db.fetchval(_add_permit, channel_id, person_id, template_id, unused_max)
    return unused


async def drop_permits(db: Connection, channel_id: int, person_id: int, template_id: str) -> int:
    """Let an account send no message of a form any more; return how many it might have sent."""
    unused: int | None = await db.fetchval(_drop_permits, channel_id, person_id, template_id)
    return unused or 0


async def use_permit(db: Connection, channel_id: int, person_id: int, template_id: str) -> bool:
    """Take one message of a form off those that somebody wants; return whether there was one."""
    return await db.fetchval(_use_permit, channel_id, person_id, template_id) is not None


async def allow_once(
    db: Connection, channel_id: int, person_id: int, scene: int, now: datetime
) -> bool:
    """Let an account write once for a scene; return whether it could not before."""
    return await db.fetchval(_allow_once, channel_id, person_id, scene, now) is not None


async def use_once(db: Connection, channel_id: int, person_id: int, scene: int) -> bool:
    """Take away what lets an account write for a scene; return whether anything did."""
    return await db.fetchval(_use_once, channel_id, person_id, scene) is not None


def _template(fields: dict[str, Any]) -> Template:
    return Template(**fields)
