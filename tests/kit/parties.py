"""Builders for people, merchants, staff and keys: through the real operations only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banyan.base.ids import Id
from banyan.books.actor import SYSTEM, Actor, Permission
from banyan.parties.keys import CreateKey, NewKey, create_key, find_key_actors
from banyan.parties.merchants import MerchantId, OpenMerchant, open_merchant
from banyan.parties.people import EnrolPerson, PersonId, enrol_person
from banyan.parties.sessions import OpenSession, find_actors, open_session
from banyan.parties.staff import InviteStaff, Role, StaffMember, invite_staff

if TYPE_CHECKING:
    from tests.kit.world import World

PHONES = {
    "lin": "+8613800000001",
    "wu": "+8613800000002",
    "chen": "+8613800000003",
    "mei": "+8613800000004",
    "hao": "+8613800000005",
}
"""The cast's phones. Anybody else gets one made of their name."""


def phone_of(name: str) -> str:
    """The phone of a member of the cast, or of an extra: always the same for the same name."""
    number = int.from_bytes(name.encode()) % 10**9
    return PHONES.get(name) or f"+8615{number:09}"


async def add_person(world: World, name: str) -> PersonId:
    """Have somebody of that name and their phone; the same one when called again."""
    command = EnrolPerson(nickname=name.capitalize(), phone=phone_of(name))
    return (await world.office.run(enrol_person, command, SYSTEM)).person_id


async def sign_in(world: World, name: str) -> str:
    """Sign somebody in on one more device, and return the token."""
    person_id = await add_person(world, name)
    command = OpenSession(person_id=person_id, device=f"{name}'s phone")
    return (await world.office.run(open_session, command, SYSTEM)).token


async def read_actor(world: World, token: str) -> Actor:
    """The actor behind a token or an API key, as a door finds it."""
    async with world.building.pool.acquire() as db:
        actor = (await find_actors(db, [token], world.now)).get(token)
        actor = actor or (await find_key_actors(db, [token], world.now)).get(token)
    assert actor is not None
    return actor


async def open_shop(world: World, name: str, *, owner: str, currency: str) -> MerchantId:
    """Open a merchant that this person of the world owns."""
    command = OpenMerchant(name=name, currency=currency)
    merchant = await world.office.run(open_merchant, command, world.as_person(owner))
    return merchant.merchant_id


async def add_staff(
    world: World, name: str, role: Role, *, store_ids: list[int] | None, merchant_id: int
) -> StaffMember:
    """Give somebody a role at a merchant."""
    command = InviteStaff(
        merchant_id=MerchantId(merchant_id),
        phone=phone_of(name),
        role=role,
        store_ids=None if store_ids is None else [Id(one) for one in store_ids],
    )
    return await world.office.run(invite_staff, command, SYSTEM)


async def add_key(
    world: World, scopes: list[Permission], *, merchant_id: int = 0, name: str = "Till"
) -> NewKey:
    """Make an API key of a merchant, by default the world's first."""
    command = CreateKey(
        merchant_id=MerchantId(merchant_id or world.merchant_id), name=name, scopes=scopes
    )
    return await world.office.run(create_key, command, SYSTEM)
