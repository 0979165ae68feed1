"""API keys: scopes at most as wide as their maker's, secrets shown once, rotated, revoked."""

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM, Actor, Permission
from banyan.parties.keys import (
    KEY_SCOPES,
    CreateKey,
    KeyActor,
    KeyId,
    ListKeys,
    MarkKeyUsed,
    NewKey,
    RevokeKey,
    RotateKey,
    create_key,
    find_key_actors,
    list_keys,
    mark_key_used,
    revoke_key,
    rotate_key,
)
from banyan.parties.keys.limits import KEYS_MAX
from banyan.parties.keys.rules import compute_key_grant
from banyan.parties.merchants import ReadMerchant, read_merchant
from banyan.parties.people import ReadProfile, read_profile
from banyan.parties.staff import ChangeStaff, ListStaff, Role, change_staff, list_staff
from tests.kit import parties
from tests.kit.world import World

READ = [Permission.MERCHANT_READ, Permission.ORDERS_READ]
DAY = timedelta(days=1)


async def find(world: World, secret: str) -> KeyActor | None:
    """The program behind a secret now."""
    async with world.building.pool.acquire() as db:
        actor = (await find_key_actors(db, [secret], world.now)).get(secret)
    assert actor is None or isinstance(actor, KeyActor)
    return actor


async def rotate(world: World, key: NewKey, grace_s: int = 3600) -> NewKey:
    """Give a key a new secret."""
    command = RotateKey(merchant_id=world.merchant_id, key_id=key.key.key_id, grace_s=grace_s)
    return await world.office.run(rotate_key, command, world.owner)


async def test_a_key_acts_for_its_merchant_within_its_scopes(world: World) -> None:
    await world.merchant()
    new = await parties.add_key(world, READ)
    assert new.secret.startswith("bk_")
    assert new.key.prefix == new.secret[:11]
    till = await find(world, new.secret)
    assert till is not None
    assert (till.kind, till.actor_id, till.person_id) == ("key", new.key.key_id, 0)
    assert till.grants[world.merchant_id].permissions == set(READ)
    query = ReadMerchant(merchant_id=world.merchant_id)
    assert (await world.office.run(read_merchant, query, till)).name == "榕树茶馆"
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(list_staff, ListStaff(merchant_id=world.merchant_id), till)
    with pytest.raises(Refusal, match=r"sessions\.person_required"):
        await world.office.run(read_profile, ReadProfile(), till)
    other = await world.merchant("丝绸", owner="lin")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(read_merchant, ReadMerchant(merchant_id=other), till)


async def test_no_scope_is_wider_than_its_makers(world: World) -> None:
    await world.merchant()
    with pytest.raises(Invalid) as invalid:
        await parties.add_key(world, [Permission.STAFF_WRITE, Permission.PERSON])
    assert invalid.value.fields == {"scopes": ["person", "staff.write"]}
    command = CreateKey(merchant_id=world.merchant_id, name="x", scopes=READ)
    manager = await world.staff("hao", Role.MANAGER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(create_key, command, manager)


async def test_what_a_door_remembers_makes_no_key(world: World) -> None:
    """Hao was an owner a moment ago, and his actor still says so."""
    await world.merchant()
    hao = await world.staff("hao", Role.OWNER)
    new = await parties.add_key(world, READ)
    staff = await world.office.run(list_staff, ListStaff(merchant_id=world.merchant_id), hao)
    demote = ChangeStaff(
        merchant_id=world.merchant_id, staff_id=staff.items[1].staff_id, role=Role.READER
    )
    await world.office.run(change_staff, demote, world.owner)
    command = CreateKey(merchant_id=world.merchant_id, name="x", scopes=READ)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(create_key, command, hao)
    turn = RotateKey(merchant_id=world.merchant_id, key_id=new.key.key_id)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(rotate_key, turn, hao)


async def test_a_rotation_leaves_time_to_change_over(world: World) -> None:
    await world.merchant()
    first = await parties.add_key(world, READ)
    second = await rotate(world, first)
    assert second.secret != first.secret
    assert second.key.key_id == first.key.key_id
    assert await find(world, first.secret) == await find(world, second.secret)
    await world.advance(timedelta(hours=1))
    assert await find(world, first.secret) is None
    assert await find(world, second.secret) is not None


async def test_both_secrets_of_a_key_work_when_they_are_used_at_once(world: World) -> None:
    """One program has the new secret already, the other has not: their calls come together."""
    await world.merchant()
    first = await parties.add_key(world, READ)
    second = await rotate(world, first)
    secrets = [first.secret, second.secret]
    async with world.building.pool.acquire() as db:
        actors = await find_key_actors(db, secrets, world.now)
    assert [actors[one].actor_id for one in secrets] == [first.key.key_id] * 2


async def test_a_leaked_secret_is_shut_out_at_once(world: World) -> None:
    await world.merchant()
    leaked = await parties.add_key(world, READ)
    new = await rotate(world, leaked, grace_s=0)
    assert await find(world, leaked.secret) is None
    assert await find(world, new.secret) is not None


async def test_a_revoked_key_works_no_more_under_any_secret(world: World) -> None:
    await world.merchant()
    first = await parties.add_key(world, READ)
    second = await rotate(world, first)
    command = RevokeKey(merchant_id=world.merchant_id, key_id=first.key.key_id)
    mark = await world.mark()
    revoked = await world.office.run(revoke_key, command, world.owner)
    assert await world.office.run(revoke_key, command, world.owner) == revoked
    assert await world.events(mark) == ["keys.revoked"]
    assert [await find(world, one.secret) for one in (first, second)] == [None, None]
    with pytest.raises(Refusal, match=r"keys\.revoked"):
        await rotate(world, first)


async def test_a_key_expires_on_its_day(world: World) -> None:
    await world.merchant()
    command = CreateKey(
        merchant_id=world.merchant_id, name="Month", scopes=READ, store_ids=[Id(3)], valid_days=30
    )
    new = await world.office.run(create_key, command, world.owner)
    actor = await find(world, new.secret)
    assert actor is not None
    assert actor.grants[world.merchant_id].store_ids == frozenset({3})
    await world.advance(30 * DAY)
    assert await find(world, new.secret) is None
    with pytest.raises(Refusal, match=r"keys\.expired"):
        await rotate(world, new)


async def test_keys_are_listed_without_their_secrets(world: World) -> None:
    await world.merchant()
    news = [await parties.add_key(world, READ, name=f"Key {n}") for n in range(3)]
    query = ListKeys(merchant_id=world.merchant_id, limit=2)
    page = await world.office.run(list_keys, query, world.owner)
    assert [one.name for one in page.items] == ["Key 2", "Key 1"]
    query = ListKeys(merchant_id=world.merchant_id, cursor=page.next_cursor)
    rest = await world.office.run(list_keys, query, world.owner)
    assert rest.items == [news[0].key]
    assert news[0].secret not in repr(page) + repr(rest)


async def test_the_key_of_another_merchant_is_not_found(world: World) -> None:
    await world.merchant()
    silk = await world.merchant("丝绸", owner="lin")
    theirs = await parties.add_key(world, READ, merchant_id=silk)
    for key_id in (theirs.key.key_id, KeyId(Id(12345))):
        command = RevokeKey(merchant_id=world.merchant_id, key_id=key_id)
        with pytest.raises(NotFound, match=r"keys\.not_found"):
            await world.office.run(revoke_key, command, world.owner)
    assert await find(world, theirs.secret) is not None


async def test_last_used_is_written_once_an_hour(world: World) -> None:
    await world.merchant()
    new = await parties.add_key(world, READ)
    for is_stale in (True, False):
        actor = await find(world, new.secret)
        assert actor is not None
        assert actor.is_used_stale is is_stale
        command = MarkKeyUsed(merchant_id=world.merchant_id, key_id=new.key.key_id)
        await world.office.run(mark_key_used, command, SYSTEM)
    query = ListKeys(merchant_id=world.merchant_id)
    (key,) = (await world.office.run(list_keys, query, world.owner)).items
    assert key.last_used_at is not None


async def test_a_merchant_has_fifty_working_keys_at_most(world: World) -> None:
    await world.merchant()
    news = [await parties.add_key(world, READ) for _ in range(KEYS_MAX)]
    with pytest.raises(Refusal, match=r"keys\.too_many"):
        await parties.add_key(world, READ)
    command = RevokeKey(merchant_id=world.merchant_id, key_id=news[0].key.key_id)
    await world.office.run(revoke_key, command, world.owner)
    await parties.add_key(world, READ)


@pytest.mark.parametrize("secret", ["", "bk_", "bk_nonsense", "bs_nonsense"])
async def test_nonsense_stands_for_nobody(world: World, secret: str) -> None:
    assert await find(world, secret) is None


def test_no_key_makes_staff_or_keys() -> None:
    assert not KEY_SCOPES & {Permission.STAFF_WRITE, Permission.KEYS_WRITE, Permission.PERSON}
    grant = compute_key_grant(["staff.write", "orders.read", "a.later_scope"], None)
    assert grant.permissions == {Permission.ORDERS_READ}


def test_a_key_actor_is_an_actor() -> None:
    assert issubclass(KeyActor, Actor)
