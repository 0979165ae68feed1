"""Opens what history refers to: the source, the stores, and a place in the catalogue for goods."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from banyan.app.importing.merchant import Wish
from banyan.app.importing.replay import Target
from banyan.base.limits import PAGE_MAX
from banyan.base.money import currency
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.commerce.catalogue import SkuId
from banyan.commerce.imports import (
    GOODS_MAX,
    BringGoods,
    NewGoods,
    OpenSource,
    bring_goods,
    open_source,
)
from banyan.commerce.stores import ListStores, OpenStore, StoreId, list_stores, open_store
from banyan.parties.merchants import Merchant
from banyan.pay.collect import PaymentMethod
from banyan.wire.sheets.cells import MILLION
from banyan.wire.sheets.mapping import Mapping

_CHARGES = "Charges"
"""The category of what is sold but is not goods."""


class Found(NamedTuple):
    """What a file names."""

    stores: Sequence[str]
    """An empty name where the file does not say."""
    goods: Sequence[tuple[str, str, int]]
    """Code, name, and price in millionths."""


class Opened(NamedTuple):
    """Where history goes, and the goods that the catalogue does not take, with the reasons."""

    target: Target
    refused_goods: dict[str, str]


async def open_target(
    office: Office, merchant: Merchant, wish: Wish, mapping: Mapping, found: Found
) -> Opened:
    """Have everything that the file names; what is there already stays as it is."""
    command = OpenSource(merchant_id=merchant.merchant_id, name=mapping.name)
    source = await office.run(open_source, command, SYSTEM)
    names = {name: name or wish.store or merchant.name for name in found.stores}
    stores = await _open_stores(office, merchant, set(names.values()), mapping.time_zone)
    goods = [_goods(one, mapping, currency(merchant.currency).exponent) for one in found.goods]
    sku_ids, refused = await _bring_goods(office, merchant, goods)
    target = Target(
        merchant_id=merchant.merchant_id,
        source_id=source.source_id,
        stores={name: stores[called] for name, called in names.items()},
        sku_ids=sku_ids,
        known=PaymentMethod(mapping.means.known),
        unknown=PaymentMethod(mapping.means.unknown),
    )
    return Opened(target, refused)


async def _open_stores(
    office: Office, merchant: Merchant, names: Collection[str], time_zone: str
) -> dict[str, StoreId]:
    stores: dict[str, StoreId] = {}
    query: ListStores | None = ListStores(merchant_id=merchant.merchant_id, limit=PAGE_MAX)
    while query is not None:
        page = await office.run(list_stores, query, SYSTEM)
        for one in page.items:
            stores.setdefault(one.name, one.store_id)
        query = (
            ListStores(merchant_id=merchant.merchant_id, limit=PAGE_MAX, cursor=page.next_cursor)
            if page.next_cursor
            else None
        )
    for name in sorted(set(names) - stores.keys()):
        command = OpenStore(merchant_id=merchant.merchant_id, name=name, time_zone=time_zone)
        stores[name] = (await office.run(open_store, command, SYSTEM)).store_id
    return stores


def _goods(one: tuple[str, str, int], mapping: Mapping, exponent: int) -> NewGoods:
    code, name, price_e6 = one
    is_charge = code in mapping.rules.not_goods
    return NewGoods(
        code=code,
        name=name,
        category=_CHARGES if is_charge else "",
        price_fen=price_e6 * 10**exponent // MILLION,
        is_on_sale=not is_charge,
    )


async def _bring_goods(
    office: Office, merchant: Merchant, goods: Sequence[NewGoods]
) -> tuple[dict[str, SkuId], dict[str, str]]:
    sku_ids: dict[str, SkuId] = {}
    refused: dict[str, str] = {}
    for start in range(0, len(goods), GOODS_MAX):
        some = list(goods[start : start + GOODS_MAX])
        command = BringGoods(merchant_id=merchant.merchant_id, goods=some)
        brought = await office.run(bring_goods, command, SYSTEM)
        sku_ids |= brought.sku_ids
        refused |= brought.refused
    return sku_ids, {code: f"goods.{why}" for code, why in refused.items()}
