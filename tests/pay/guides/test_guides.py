"""Guides are a store's own, and a charge is one guide's until it is paid."""

from __future__ import annotations

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.pay.guides import (
    AddGuide,
    AssignCharge,
    ChangeGuide,
    FindMyGuide,
    Guide,
    ListGuides,
    add_guide,
    assign_charge,
    change_guide,
    find_my_guide,
    list_guides,
)
from tests.kit import commerce_shop
from tests.kit.lending import pay_for_tea
from tests.kit.world import World


def robert(world: World, store_id: int, **more: object) -> AddGuide:
    fields: dict[str, object] = {
        "corp_no": "corp1",
        "staff_no": "robert",
        "name": "罗伯特",
        "phone": "13900000000",
        "code_url": "https://work.example/code",
        "avatar_url": "https://work.example/face",
    }
    return AddGuide(
        merchant_id=world.merchant_id,
        store_id=Id(store_id),
        **(fields | more),  # type: ignore[arg-type]
    )


async def add(world: World) -> Guide:
    store_id = await commerce_shop.add_store(world)
    return await world.office.run(add_guide, robert(world, store_id), world.owner)


async def test_a_guide_is_added_once_changed_and_found(world: World) -> None:
    await pay_for_tea(world)
    guide = await add(world)
    again = robert(world, guide.store_id)
    assert await world.office.run(add_guide, again, world.owner) == guide
    with pytest.raises(Refusal, match=r"guides\.staff_taken"):
        await world.office.run(add_guide, robert(world, guide.store_id, name="别人"), world.owner)
    with pytest.raises(NotFound, match=r"guides\.no_such_store"):
        await world.office.run(add_guide, robert(world, 1), world.owner)
    change = ChangeGuide(
        merchant_id=world.merchant_id, guide_id=guide.guide_id, phone="13900000009"
    )
    await world.office.run(change_guide, change, world.owner)
    query = ListGuides(merchant_id=world.merchant_id, store_id=guide.store_id, phone="13900000009")
    found = await world.office.run(list_guides, query, world.owner)
    assert (found.total, found.items[0].guide.name) == (1, "罗伯特")
    assert found.items[0].guide.work_no == "1"


async def test_a_charge_is_assigned_before_it_is_paid(world: World) -> None:
    paid = await pay_for_tea(world)
    guide = await add(world)
    named = {"merchant_id": world.merchant_id, "guide_id": guide.guide_id}
    with pytest.raises(Refusal, match=r"guides\.paid_already"):
        await world.office.run(
            assign_charge,
            AssignCharge(**named, out_no=paid.out_no),  # type: ignore[arg-type]
            world.owner,
        )
    await world.office.run(
        assign_charge,
        AssignCharge(**named, out_no="tea-2"),  # type: ignore[arg-type]
        world.owner,
    )
    await pay_for_tea(world, out_no="tea-2")
    query = FindMyGuide(merchant_id=world.merchant_id, out_no="tea-2")
    found = await world.office.run(find_my_guide, query, world.as_person("lin"))
    assert found.guide == guide
    with pytest.raises(NotFound):
        await world.office.run(find_my_guide, query, await world.person("chen"))
    counted = await world.office.run(
        list_guides, ListGuides(merchant_id=world.merchant_id), world.owner
    )
    assert counted.items[0].charges_count == 1
    await world.check()
