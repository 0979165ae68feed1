"""How many lists of 20 products, with prices, stock and pictures, can be read a second by HTTP?"""

import struct
import tempfile
import zlib
from pathlib import Path

import msgspec

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.http_load import Load, Plan, render_request, run_load
from banyan.app.benches.sales import as_person
from banyan.app.benches.serving import serving
from banyan.app.build import open_building
from banyan.app.settings import Settings
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.books.office import Office
from banyan.commerce.catalogue import (
    PORTS,
    AddPicture,
    AddProduct,
    Product,
    SetStorePrices,
    SkuFacts,
    StorePrice,
    add_picture,
    add_product,
    set_store_prices,
)
from banyan.commerce.stock import ReceiveStock, StockLine, receive_stock
from banyan.commerce.stores import OpenStore, StoreId, open_store
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import MerchantId, OpenMerchant, open_merchant
from banyan.parties.people import EnrolPerson, PersonId, enrol_person
from banyan.parties.sessions import OpenSession, open_session

_CONNECTIONS = 64
_LIST = "/v1/merchants/{merchant_id}/stores/{store_id}/shelf?limit=20"
_PAGE = "/shops/{merchant_id}/{store_id}"
_VARIANTS = ("small", "large")
_PICTURES = 2
_LINES_MAX = 500


class Shop(msgspec.Struct, frozen=True):
    """A merchant with stores of one range, and people who look at it."""

    merchant_id: MerchantId
    store_ids: list[StoreId]
    tokens: list[str]


async def run(bench: Bench) -> Figures:
    """Read shelves of several stores in turn by 64 connections, as JSON and as the phone page.

    Beside them an empty POST, whose rate is the yardstick of the lists.
    Each store has prices of its own; each product two variants with stock on the ledger, and two
    pictures. Server, PostgreSQL and the calling process share the machine.
    """
    seconds = bench.size(small=1, large=10)
    async with bench.database("catalogue-read") as dsn:
        await prepare(dsn)
        with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
            PORTS.connect(files=FolderFiles(Path(folder)))
            settings = Settings(database_url=Secret(dsn), pool=8)
            async with open_building(settings) as building:
                products = bench.size(small=25, large=300)
                shop = await _open_shop(
                    building.office,
                    products=products,
                    stores=bench.size(small=2, large=10),
                    people=bench.size(small=20, large=200),
                )
                async with building.pool.acquire() as db:
                    await db.execute("vacuum analyze")
                    await db.execute("checkpoint")
        bench.report(f"{products} products in {len(shop.store_ids)} stores")
        async with serving(dsn) as (host, port, _):
            requests = [
                render_request("POST", "/v1/echo", token=token, body=b"{}") for token in shop.tokens
            ]
            empty = await run_load(_plan(host, port, seconds, requests))
            bench.report(f"empty POST: {empty.per_s:,.0f}/s; now lists")
            lists = await run_load(_plan(host, port, seconds, _requests(shop, _LIST)))
            bench.report(f"lists: {lists.per_s:,.0f}/s; now phone pages")
            pages = await run_load(_plan(host, port, seconds, _requests(shop, _PAGE)))
            bench.report(f"phone pages: {pages.per_s:,.0f}/s")
    for load in (empty, lists, pages):
        if set(load.statuses) != {"200"}:
            raise Trouble("bench.refused", statuses=str(load.statuses), odd=load.odd[:1])
    return _figures(lists, empty, pages)


def _plan(host: str, port: int, seconds: float, requests: list[bytes]) -> Plan:
    return Plan(
        host=host,
        port=port,
        connections=_CONNECTIONS,
        seconds=seconds,
        requests=requests,
        is_repeated=True,
    )


def _requests(shop: Shop, path: str) -> list[bytes]:
    """A request of each reader, for one store after the other."""
    paths = [
        path.format(merchant_id=int(shop.merchant_id), store_id=int(store_id))
        for store_id in shop.store_ids
    ]
    return [
        render_request("GET", paths[number % len(paths)], token=token)
        for number, token in enumerate(shop.tokens)
    ]


def _figures(lists: Load, empty: Load, pages: Load) -> Figures:
    return Figures(
        name="catalogue-read",
        ours=lists.per_s,
        yardstick=empty.per_s,
        unit="lists of 20 products/s over empty authenticated POST/s",
        target=0.4,
        details={
            "lists": lists.answered,
            "p50_ms": lists.p50_ms,
            "p99_ms": lists.p99_ms,
            "empty_p50_ms": empty.p50_ms,
            "pages_per_s": pages.per_s,
            "ratio_pages": round(pages.per_s / empty.per_s, 3),
            "pages_p50_ms": pages.p50_ms,
            "pages_p99_ms": pages.p99_ms,
            "connections": _CONNECTIONS,
        },
    )


async def _open_shop(office: Office, *, products: int, stores: int, people: int) -> Shop:
    owner, _ = await _sign_in(office, 0)
    merchant = await office.run(
        open_merchant, OpenMerchant(name="Market", currency="CNY"), as_person(owner)
    )
    merchant_id = merchant.merchant_id
    goods = [await _add_product(office, merchant_id, number) for number in range(products)]
    store_ids = [await _open_store(office, merchant_id, number, goods) for number in range(stores)]
    tokens = [(await _sign_in(office, number))[1] for number in range(1, people + 1)]
    return Shop(merchant_id, store_ids, tokens)


async def _sign_in(office: Office, number: int) -> tuple[PersonId, str]:
    command = EnrolPerson(nickname=f"Reader {number}", phone=f"+86136{number:08}")
    person_id = (await office.run(enrol_person, command, SYSTEM)).person_id
    session = await office.run(
        open_session, OpenSession(person_id=person_id, device="bench"), SYSTEM
    )
    return person_id, session.token


async def _add_product(office: Office, merchant_id: MerchantId, number: int) -> Product:
    skus = [
        SkuFacts(price_fen=1_800 + 400 * place, variant=variant, position=place)
        for place, variant in enumerate(_VARIANTS)
    ]
    product = await office.run(
        add_product,
        AddProduct(merchant_id=merchant_id, name=f"Tea {number} 茶", position=number, skus=skus),
        SYSTEM,
    )
    for picture in range(_PICTURES):
        content = draw_png(number * _PICTURES + picture)
        product = await office.run(
            add_picture,
            AddPicture(merchant_id=merchant_id, product_id=product.product_id, content=content),
            SYSTEM,
        )
    return product


async def _open_store(
    office: Office, merchant_id: MerchantId, number: int, goods: list[Product]
) -> StoreId:
    store = await office.run(
        open_store, OpenStore(merchant_id=merchant_id, name=f"Market Street {number}"), SYSTEM
    )
    sku_ids = [sku.sku_id for product in goods for sku in product.skus]
    for start in range(0, len(sku_ids), _LINES_MAX):
        lines = [
            StockLine(sku_id=sku_id, quantity=100 + number)
            for sku_id in sku_ids[start : start + _LINES_MAX]
        ]
        delivery = ReceiveStock(merchant_id=merchant_id, store_id=store.store_id, lines=lines)
        await office.run(receive_stock, delivery, SYSTEM)
    prices = [StorePrice(sku_id=sku_id, price_fen=2_000 + number) for sku_id in sku_ids[::3]]
    command = SetStorePrices(merchant_id=merchant_id, store_id=store.store_id, prices=prices)
    await office.run(set_store_prices, command, SYSTEM)
    return store.store_id


def draw_png(number: int) -> bytes:
    """A picture of one dot, different for each number."""
    colour = number.to_bytes(3)
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" + colour)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
