"""Every SQL statement on schema `menus`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.channels import MenuButton
from banyan.reach.menus.types import ConditionalMenu, Rule

_take_number = """
insert into menus.holders as h (channel_id, last_number)
values ($1, $2 + 1)
on conflict (channel_id) do update set last_number = h.last_number + 1
returning last_number
"""

_insert_conditional = """
insert into menus.menus (channel_id, menu_number, buttons, rule, created_at)
values ($1, $2, $3, $4, $5)
"""

_list_conditional = """
select menu_number, buttons, rule, created_at
from menus.menus
where channel_id = $1
order by menu_number desc
limit $2
"""

_delete_conditional = """
delete from menus.menus
where channel_id = $1 and ($2::bigint is null or menu_number = $2)
returning menu_number
"""


async def take_number(db: Connection, channel_id: int, start: int) -> int:
    """Lock an account's menus, and return the next number after the start."""
    number: int = await db.fetchval(_take_number, channel_id, start)
    return number


async def insert_menu(
    db: Connection,
    channel_id: int,
    menu_number: int,
    buttons: Sequence[MenuButton],
    rule: Rule,
    now: datetime,
) -> None:
    """Add a menu for some followers."""
    told = msgspec.to_builtins(buttons)
    await db.execute(
        _insert_conditional, channel_id, menu_number, told, msgspec.to_builtins(rule), now
    )


async def list_menus(db: Connection, channel_id: int, limit: int) -> list[ConditionalMenu]:
    """Return an account's menus for some followers, the newest first."""
    rows = await db.fetch(_list_conditional, channel_id, limit)
    return [
        ConditionalMenu(
            menu_number=row["menu_number"],
            buttons=msgspec.convert(row["buttons"], list[MenuButton]),
            rule=msgspec.convert(row["rule"], Rule),
            created_at=row["created_at"],
        )
        for row in rows
    ]


async def delete_menus(db: Connection, channel_id: int, menu_number: int | None) -> int:
    """Delete one menu, or all without a number; return how many there were."""
    return len(await db.fetch(_delete_conditional, channel_id, menu_number))
