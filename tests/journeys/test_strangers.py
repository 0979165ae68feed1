"""Walks every operation of every room as somebody who has no business there: all refuse, none acts.

New rooms and operations are covered as soon as the registry names them.
"""

import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from typing_extensions import override

from banyan.app.registry import ROOMS
from banyan.base.errors import Failure
from banyan.base.json import encode
from banyan.books.actor import MERCHANT_PERMISSIONS, NOBODY, Actor, Grant, Permission
from banyan.books.work import Connection, Operation
from banyan.commerce.places import PlaceKind
from banyan.parties.staff import Role
from tests.kit import commerce_shop, parties, sales
from tests.kit.commands import build_command
from tests.kit.emptying import count_rows
from tests.kit.world import World

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation for room in ROOMS for operation in room.operations
}
PERMISSION_CODES = frozenset(
    {
        "sessions.required",
        "sessions.person_required",
        "access.forbidden",
        "operations.not_found",
    }
)
"""What only somebody hears who may not do a thing."""

PUBLIC = frozenset(
    {
        "articles.list_past",
        "articles.open_articles",
        "articles.read_article",
        "articles.read_preview",
        "catalogue.list_categories",
        "channels.read_channel_page",
        "comments.read_thread_page",
        # Whoever calls these names a secret, a code or a token that stands for somebody.
        "cards.find_on_offer",
        "handouts.find_ticket",
        "handouts.open_shelf",
        "payees.read_public_keys",  # public keys are for everybody
        "invoices.find_title",
        "invoices.read_asked",
        "invoices.read_paper",
        "consents.check_holder",
        "consents.collect_login",
        "consents.exchange_code",
        "consents.open_app_session",
        "consents.read_holder",
        "consents.refresh_tokens",
        "consents.start_login",
        "coupons.list_offers",
        "coupons.list_welcome_offers",
        "desks.read_desk",  # what hangs at the desk for everybody to scan
        "devices.report_device",  # likewise, by its licence
        "hotspots.scan_wifi",  # without the password
        "listings.find_shown_listing",
        "merchants.list_public_merchants",
        "places.record_touches",
        "scenes.find_ticket",
        "platforms.clear_quota_via",
        "search.search_accounts",
        "search.search_articles",
        "platforms.issue_platform_token",
        "platforms.start_tickets",
        "sessions.request_code",
        "sessions.sign_in",
        "stock.list_shelves",
        "stock.read_shelf_item",
        "stores.list_stores",
        "stores.read_store",
        "tokens.clear_quota_by_secret",  # likewise
        "tokens.issue_token",
    }
)
"""What anybody may do. The walk believes what an operation says of itself, so to say PUBLIC takes
a line here as well."""

ALL_BUT_PUBLIC = frozenset(Permission) - {Permission.PUBLIC}
FOR_MERCHANTS = MERCHANT_PERMISSIONS

SHARED_IDS = frozenset(
    {
        "campaign_id",
        "channel_id",
        "code_id",
        "merchant_id",
        "message_id",
        "place_id",
        "product_id",
        "sku_id",
        "store_id",
        "subject_id",
    }
)
"""Ids in rows of one person that name things which many people may see."""

Given = Mapping[str, object]
Rows = dict[str, list[str]]
"""Rows as text, by table."""

_list_id_columns = """
select table_schema as schema, table_name as name, column_name
from information_schema.columns
where column_name like '%\\_id' and data_type = 'bigint'
and table_schema not in ('pg_catalog', 'information_schema')
order by table_schema, table_name, column_name
"""


class Complaints(list[str]):
    """What went wrong, operation by operation, so that one run shows all of it."""

    @override
    def __str__(self) -> str:
        """One line each."""
        return "\n".join(self)


def operations(permissions: frozenset[Permission]) -> Iterator[Operation[Any, Any]]:
    """Those that need one of these permissions."""
    return (one for one in OPERATIONS.values() if one.permission in permissions)


async def furnish(world: World) -> Given:
    """A shop with some of everything, where lin has scanned, joined, bought and used a coupon.

    Returns the id by which everybody may name it. A new room adds a line here, so that strangers
    are let loose on its rows too.
    """
    shop = await sales.open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    await parties.add_key(world, [Permission.ORDERS_READ])
    spots = await commerce_shop.add_spots(world, shop.store_id, PlaceKind.TABLE, ["1"])
    await commerce_shop.scan(world, spots[0].codes[0].token, world.as_person("lin"))
    await sales.join(world, "lin", shop)
    await sales.hand_coupon(world, "lin", amount_off_fen=100)
    await sales.buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    return {"merchant_id": str(world.merchant_id)}


async def collect_ids(world: World, owned_by: str, owner_id: int) -> dict[str, object]:
    """For each kind of id one that stands in a row of this owner, as JSON would have it."""
    found: dict[str, object] = {}
    async with world.building.pool.acquire() as db:
        columns = [tuple(row.values()) for row in await db.fetch(_list_id_columns)]
        owned = {(schema, name) for schema, name, column in columns if column == owned_by}
        for schema, name, column in columns:
            if (schema, name) not in owned or column in found:
                continue
            sql = f'select max({column}) from "{schema}"."{name}" where {owned_by} = $1'
            value = await db.fetchval(sql, owner_id)
            if value:
                found[column] = str(value)
    return found


class Watcher:
    """Reads all that belongs to somebody by one statement on one connection, again and again."""

    def __init__(self, db: Connection, statement: str, owner_id: int) -> None:
        self._db = db
        self._statement = statement
        self._owner_id = owner_id

    async def read(self) -> Rows:
        """Every row in the whole database that names the owner, and the accounts with value."""
        found: Rows = {}
        for row in await self._db.fetch(self._statement, self._owner_id):
            found.setdefault(row["name"], []).append(row["row"])
        return found


@asynccontextmanager
async def watch(world: World, owned_by: str, owner_id: int) -> AsyncIterator[Watcher]:
    """Watch what is somebody's; of accounts a merchant's rival has to leave all as they are."""
    async with world.building.pool.acquire() as db:
        columns = [tuple(row.values()) for row in await db.fetch(_list_id_columns)]
        whose = "owner = $1" if owned_by == "person_id" else "owner <> 0"
        tables = [
            (f'"{schema}"."{name}"', f"{column} = $1")
            for schema, name, column in columns
            if column == owned_by
        ]
        parts = (
            f"select '{table}' as name, t::text as row from {table} t where {condition}"
            for table, condition in [*tables, ("ledger.accounts", whose)]
        )
        statement = " union all ".join(parts) + " order by 1, 2"
        yield Watcher(db, statement, owner_id)


@asynccontextmanager
async def nothing_changes(world: World) -> AsyncIterator[None]:
    """Every table of every room has as many rows as before."""
    async with world.building.pool.acquire() as db:
        before = await count_rows(db)
        yield
        assert await count_rows(db) == before


class Outcome(NamedTuple):
    """What came of a try."""

    code: str
    """A failure's code, a bug, or the word `done`."""
    answer: str = ""
    """What was answered, as the API would say it."""


async def attempt(
    world: World, operation: Operation[Any, Any], command: object, actor: Actor
) -> Outcome:
    """Run an operation and see what comes of it."""
    try:
        result = await world.office.run(operation, command, actor)
    except Failure as failure:
        return Outcome(failure.code)
    except Exception as error:  # noqa: BLE001 - reported with the operation's name
        return Outcome(f"bug: {error!r}")
    return Outcome("done", encode(result).decode())


async def expect(
    world: World,
    permissions: frozenset[Permission],
    actor: Callable[[Operation[Any, Any]], Actor] | Actor,
    given: Given,
    codes: Mapping[Permission, str],
) -> Complaints:
    """Run each operation that needs these permissions; complain of any other code than expected."""
    complaints = Complaints()
    async with nothing_changes(world):
        for operation in operations(permissions):
            who = actor if isinstance(actor, Actor) else actor(operation)
            expected = codes.get(operation.permission, codes[Permission.MERCHANT_READ])
            for is_full in (False, True):
                command = build_command(operation.command_type, given, is_full=is_full)
                found = (await attempt(world, operation, command, who)).code
                if found != expected:
                    complaints.append(f"{operation.name}: {found}, expected {expected}")
    return complaints


def test_the_walk_sees_every_room() -> None:
    assert len(OPERATIONS) == sum(len(room.operations) for room in ROOMS)
    assert {"people", "sessions", "merchants", "staff", "keys", "audit"} <= {
        one.room for one in OPERATIONS.values()
    }


def test_what_anybody_may_do_was_decided_twice() -> None:
    assert {one.name for one in operations(frozenset({Permission.PUBLIC}))} == PUBLIC


def test_what_acts_for_a_merchant_says_for_which() -> None:
    """Without the field the Office could not tell whose permission to look at."""
    nameless = [
        one.name
        for one in operations(FOR_MERCHANTS)
        if "merchant_id" not in one.command_type.__struct_fields__
    ]
    assert nameless == []


def test_every_command_refuses_fields_it_does_not_know() -> None:
    lenient = [
        one.name
        for one in operations(frozenset(Permission) - {Permission.SYSTEM})
        if not one.command_type.__struct_config__.forbid_unknown_fields
        or not one.command_type.__struct_config__.frozen
    ]
    assert lenient == []


async def test_nobody_gets_nowhere(world: World) -> None:
    given = await furnish(world)
    codes = {
        Permission.SYSTEM: "operations.not_found",
        Permission.OPERATOR: "operations.not_found",
        Permission.PERSON: "sessions.required",
        Permission.MERCHANT_READ: "sessions.required",
    }
    complaints = await expect(world, ALL_BUT_PUBLIC, NOBODY, given, codes)
    assert not complaints, complaints


async def test_public_operations_ask_for_no_permission(world: World) -> None:
    given = await furnish(world)
    complaints = Complaints()
    for operation in operations(frozenset({Permission.PUBLIC})):
        command = build_command(operation.command_type, given)
        found = (await attempt(world, operation, command, NOBODY)).code
        if found in PERMISSION_CODES or found.startswith("bug"):
            complaints.append(f"{operation.name}: {found}")
    assert not complaints, complaints


@pytest.mark.parametrize("who", ["stranger", "rival"])
async def test_people_of_elsewhere_do_not_even_learn_that_the_shop_exists(
    world: World, who: str
) -> None:
    """A signed-in stranger, and the owner of another shop who has every permission there."""
    given = await furnish(world)
    if who == "rival":
        await world.merchant("隔壁", owner="chen")
    chen = await world.person("chen")
    codes = {
        Permission.SYSTEM: "operations.not_found",
        Permission.OPERATOR: "operations.not_found",
        Permission.MERCHANT_READ: "merchants.not_found",
    }
    wanted = FOR_MERCHANTS | {Permission.SYSTEM, Permission.OPERATOR}
    complaints = await expect(world, wanted, chen, given, codes)
    assert not complaints, complaints


async def test_a_program_of_elsewhere_neither(world: World) -> None:
    given = await furnish(world)
    silk = await world.merchant("丝绸", owner="chen")
    program = Actor(kind="key", actor_id=1, grants={silk: Grant(MERCHANT_PERMISSIONS)})
    codes = {
        Permission.SYSTEM: "operations.not_found",
        Permission.OPERATOR: "operations.not_found",
        Permission.PERSON: "sessions.person_required",
        Permission.MERCHANT_READ: "merchants.not_found",
    }
    complaints = await expect(world, ALL_BUT_PUBLIC, program, given, codes)
    assert not complaints, complaints


async def test_staff_who_lack_just_this_permission_are_refused(world: World) -> None:
    given = await furnish(world)

    def lacking(operation: Operation[Any, Any]) -> Actor:
        rest = MERCHANT_PERMISSIONS - {operation.permission}
        return Actor(kind="staff", actor_id=1, grants={world.merchant_id: Grant(rest)})

    codes = {Permission.MERCHANT_READ: "access.forbidden"}
    complaints = await expect(world, FOR_MERCHANTS, lacking, given, codes)
    assert not complaints, complaints


async def test_staff_of_one_store_do_nothing_in_another(world: World) -> None:
    given = {**await furnish(world), "store_id": "5"}
    grant = Grant(MERCHANT_PERMISSIONS, frozenset({4}))
    local = Actor(kind="staff", actor_id=1, grants={world.merchant_id: grant})
    complaints = Complaints()
    async with nothing_changes(world):
        for operation in operations(FOR_MERCHANTS):
            if "store_id" not in operation.command_type.__struct_fields__:
                continue
            command = build_command(operation.command_type, given)
            found = (await attempt(world, operation, command, local)).code
            if found != "stores.not_found":
                complaints.append(f"{operation.name}: {found}")
    assert not complaints, complaints


async def find_meddlers(
    world: World, permissions: frozenset[Permission], given: Given, owned_by: str, secrets: Given
) -> Complaints:
    """Let chen try each of these operations with these ids.

    Complain of any that had an effect on rows of the owner, or told one of the secret ids.
    """
    complaints = Complaints()
    async with watch(world, owned_by, int(str(secrets[owned_by]))) as watcher:
        before = await watcher.read()
        for operation, is_full in itertools.product(operations(permissions), (False, True)):
            # He signs in anew each time: he may just have signed himself out.
            world.tokens["chen"] = await parties.sign_in(world, "chen")
            command = build_command(operation.command_type, given, is_full=is_full)
            code, answer = await attempt(world, operation, command, await world.meet("chen"))
            after = await watcher.read()
            tables = before.keys() | after.keys()
            changed = sorted(one for one in tables if before.get(one) != after.get(one))
            told = [name for name, value in secrets.items() if f'"{value}"' in answer]
            if code.startswith("bug") or changed or told:
                complaints.append(f"{operation.name}: {code}; changed {changed}; told {told}")
            before = after
    return complaints


async def test_a_rival_who_knows_all_ids_changes_nothing_of_the_shop(world: World) -> None:
    """Chen names his own shop, where he may do all, together with the ids of our things."""
    await furnish(world)
    silk = await world.merchant("丝绸", owner="chen")
    ours = await collect_ids(world, "merchant_id", world.merchant_id)
    assert {"staff_id", "key_id", "store_id", "sku_id", "order_id", "member_id"} <= set(ours)
    complaints = await find_meddlers(
        world, FOR_MERCHANTS, {**ours, "merchant_id": str(silk)}, "merchant_id", ours
    )
    assert not complaints, complaints


async def test_a_stranger_who_knows_all_ids_changes_nothing_of_another_person(
    world: World,
) -> None:
    """Chen names Lin's things in everything that a person may do for themself."""
    given = await furnish(world)
    lin = world.as_person("lin")
    shops = await collect_ids(world, "merchant_id", world.merchant_id)
    hers = await collect_ids(world, "person_id", lin.person_id)
    assert {"session_id", "order_id", "coupon_id"} <= set(shops | hers)
    secrets = {name: value for name, value in hers.items() if name not in SHARED_IDS}
    complaints = await find_meddlers(
        world, frozenset({Permission.PERSON}), {**shops, **hers, **given}, "person_id", secrets
    )
    assert not complaints, complaints


async def test_the_walk_can_fail(world: World) -> None:
    """The owner is no stranger: what the walk forbids to others, it finds her doing."""
    given = await furnish(world)
    codes = {Permission.MERCHANT_READ: "merchants.not_found"}
    wanted = frozenset({Permission.STAFF_READ})
    complaints = await expect(world, wanted, world.owner, given, codes)
    assert [str(one) for one in complaints] == [
        "staff.list_staff: done, expected merchants.not_found"
    ] * 2
    async with watch(world, "merchant_id", world.merchant_id) as watcher:
        before = await watcher.read()
        await world.staff("chen", Role.CASHIER)
        after = await watcher.read()
    changed = [name for name in after if before.get(name) != after[name]]
    assert '"staff"."staff"' in changed
