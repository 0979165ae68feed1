"""Builders for money that merchants send people."""

# ruff: noqa: ANN401 - any field of a command

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, read_accounts
from banyan.commerce.catalogue import SkuFacts
from banyan.parties.merchants import MerchantId
from banyan.pay.remit import Remittance, Report, SendRemittance, send_remittance
from banyan.pay.wallets import purse_of
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from tests.kit.commerce_shop import TeaShop, add_goods, add_store
from tests.kit.sales import buy, fill_wallet, open_bank

if TYPE_CHECKING:
    from tests.kit.world import World

_top_up_fen = 5_000_000
REPORTS = [Report(info_type="活动名称", info_content="新会员有礼")]


async def payer(world: World, purse_fen: int = 100_000) -> Channel:
    """The world's merchant with an account, and so much in its purse."""
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name="茶馆")
    made = await world.office.run(create_channel, command, SYSTEM)
    await fill_purse(world, purse_fen)
    return made.channel


async def fill_purse(world: World, amount_fen: int, owner: str = "mei") -> None:
    """Let somebody buy for so much at a shop: money must come from somewhere."""
    await open_bank(world)
    await world.person("payer")
    actor = await world.meet(owner)
    merchant_id = MerchantId(next(iter(actor.grants)))
    for start in range(0, amount_fen, _top_up_fen):
        await fill_wallet(world, "payer", min(_top_up_fen, amount_fen - start))
    free = SkuFacts(price_fen=amount_fen, is_tracked=False)
    goods = await add_goods(world, "大宗茶叶", skus=[free], merchant_id=merchant_id, actor=actor)
    store_id = await add_store(world, "批发部", merchant_id=merchant_id, actor=actor)
    sku_id = goods.skus[0].sku_id
    shop = TeaShop(merchant_id, store_id, sku_id, sku_id, sku_id)
    await buy(world, "payer", shop, {sku_id: 1})


async def purse(world: World, merchant_id: int = 0) -> tuple[int, int]:
    """What a merchant holds, and how much of it is not set aside."""
    account = purse_of(CNY, merchant_id or world.merchant_id).account_id
    async with world.office.begin() as work:
        sums = (await read_accounts(work.db, [account])).get(account, EMPTY)
    return sums.balance, sums.available


async def send(world: World, channel: Channel, openid: str, **facts: Any) -> Remittance:
    """Have the world's merchant send somebody money."""
    fields = {
        "merchant_id": world.merchant_id,
        "out_no": "B1",
        "channel_id": channel.channel_id,
        "openid": openid,
        "amount_fen": 100,
        "remark": "谢谢",
        "scene": "1000",
        "reports": REPORTS,
        **facts,
    }
    return await world.office.run(send_remittance, SendRemittance(**fields), world.owner)
