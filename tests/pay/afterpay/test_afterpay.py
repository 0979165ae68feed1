"""What people see after they paid is what the merchant chose, and only theirs to see."""

from __future__ import annotations

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.pay.afterpay import (
    AfterPage,
    ChangeAfterPage,
    FindMyReceipt,
    ReadAfterPage,
    Trade,
    change_after_page,
    find_my_receipt,
    read_after_page,
)
from tests.kit.lending import pay_for_tea
from tests.kit.world import World

RECEIPT = "https://tea.example/receipt"


async def change(world: World, **changed: object) -> AfterPage:
    command = ChangeAfterPage(merchant_id=world.merchant_id, **changed)  # type: ignore[arg-type]
    return await world.office.run(change_after_page, command, world.owner)


async def test_the_shops_receipt_is_shown_to_whoever_paid(world: World) -> None:
    paid = await pay_for_tea(world)
    query = FindMyReceipt(merchant_id=paid.merchant_id, charge_id=paid.charge_id)
    lin = world.as_person("lin")
    await change(world, receipt_url=RECEIPT)
    with pytest.raises(Refusal, match=r"afterpay\.not_open"):
        await change(world, has_receipt=True)
    assert (await world.office.run(find_my_receipt, query, lin)).url == ""
    await change(world, is_open=True)
    await change(world, has_receipt=True)
    assert (await world.office.run(find_my_receipt, query, lin)).url == RECEIPT
    with pytest.raises(NotFound):
        await world.office.run(find_my_receipt, query, await world.person("chen"))
    await change(world, is_open=False)
    assert (await world.office.run(find_my_receipt, query, lin)).url == ""
    await world.check()


async def test_adverts_are_kept_away_where_there_are_any(world: World) -> None:
    await world.merchant()
    with pytest.raises(Refusal, match=r"afterpay\.no_adverts"):
        await change(world, is_open=True, unwanted=[Trade.FOOD])
    await change(world, is_open=True, has_adverts=True, unwanted=[Trade.FOOD])
    query = ReadAfterPage(merchant_id=world.merchant_id)
    page = await world.office.run(read_after_page, query, world.owner)
    assert (page.has_adverts, page.unwanted) == (True, [Trade.FOOD])
    page = await change(world, is_open=False)
    assert not page.has_adverts
