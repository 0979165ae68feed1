"""Who the customers of another system are here: one person each, and a member from then on."""

from collections.abc import Mapping, Sequence

from banyan.books.work import Call, Work
from banyan.commerce.imports import store
from banyan.commerce.imports.types import BringOrder
from banyan.commerce.members import NewMember, ensure_members
from banyan.parties.people import NewPerson, add_people

_NICKNAME_MAX = 30


def customer_key(command: BringOrder) -> store.Key | None:
    """What a customer is known by; None if nobody knows who it was."""
    if command.customer is None:
        return None
    return (command.merchant_id, command.source_id, command.customer)


async def bring_customers(
    work: Work, calls: Sequence[Call[BringOrder]]
) -> tuple[Mapping[store.Key, int], set[store.Key]]:
    """Return the person of every customer who is named, and which of them nobody knew before.

    A new one joins the merchant's members with the earliest of the orders.
    """
    first: dict[store.Key, Call[BringOrder]] = {}
    for call in calls:
        key = customer_key(call.command)
        if key is not None and (key not in first or call.at < first[key].at):
            first[key] = call
    people = await store.find_customers(work.db, list(first)) if first else {}
    unknown = [key for key in first if key not in people]
    if not unknown:
        return people, set()
    fresh = await store.claim_customers(work.db, unknown)
    # A rival was faster with the rest; by now it has committed and can be seen.
    theirs = list(set(unknown) - set(fresh))
    people |= await store.find_customers(work.db, theirs) if theirs else {}
    if fresh:
        people |= await _make_people(work, {key: first[key] for key in fresh})
    return people, set(fresh)


async def _make_people(
    work: Work, fresh: Mapping[store.Key, Call[BringOrder]]
) -> dict[store.Key, int]:
    index = min(call.index for call in fresh.values())
    added = await add_people(work, [NewPerson(nickname=_nickname(key[2])) for key in fresh], index)
    people = {key: int(person_id) for key, person_id in zip(fresh, added, strict=True)}
    await store.set_customers(work.db, people)
    await ensure_members(work, [_member(call, people[key]) for key, call in fresh.items()])
    return people


def _nickname(number: str) -> str:
    return f"#{number.strip()}"[:_NICKNAME_MAX].strip()


def _member(call: Call[BringOrder], person_id: int) -> NewMember:
    return NewMember(
        merchant_id=call.command.merchant_id,
        person_id=person_id,
        store_id=call.command.store_id,
        joined_at=call.at,
        index=call.index,
    )
