"""The API of stores, places, catalogue and stock, called as programs call it."""

import base64
import io
from pathlib import Path

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from banyan.books.actor import NOBODY
from banyan.commerce.catalogue import PORTS
from banyan.commerce.places import PlaceKind
from banyan.doors.http.files import FilesDoor
from banyan.doors.papers.posters import ORIGIN
from banyan.outside.storage import FolderFiles
from tests.kit.api import open_api
from tests.kit.commerce_shop import add_goods, add_spots, add_store, scan
from tests.kit.world import World


def draw_png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 90, 60)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    folder = FolderFiles(tmp_path)
    PORTS.connect(files=folder)
    return folder


async def test_a_shop_is_set_up_and_shown(world: World) -> None:
    await world.merchant()
    home = f"/v1/merchants/{world.merchant_id:d}"
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        store = await mei.call("POST", f"{home}/stores", status=201, name="总店")
        shop = f"{home}/stores/{store['store_id']}"
        tea = await mei.call("POST", f"{home}/categories", status=201, name="茶")
        product = await mei.call(
            "POST",
            f"{home}/products",
            status=201,
            name="铁观音",
            category_id=tea["category_id"],
            skus=[{"price_fen": 1800, "variant": "中", "barcode": "6901234567892"}],
        )
        sku_id = product["skus"][0]["sku_id"]
        lines = [{"sku_id": sku_id, "quantity": 5}]
        await mei.call("POST", f"{shop}/stock/deliveries", status=201, lines=lines)
        prices = [{"sku_id": sku_id, "price_fen": 2000}]
        await mei.call("PUT", f"{shop}/prices", prices=prices)
        found = await mei.call("GET", f"{home}/labels/6901234567892")
        assert found["product_id"] == product["product_id"]

        (item,) = (await api.call("GET", f"{shop}/shelf", limit=20))["items"]
        assert item["skus"] == [
            {"sku_id": sku_id, "variant": "中", "price_fen": 2000, "available": 5}
        ]
        one = await api.call("GET", f"{shop}/shelf/{product['product_id']}")
        assert (one["name"], one["skus"]) == ("铁观音", item["skus"])


async def test_a_file_is_tried_taken_in_and_given_out(world: World) -> None:
    await world.merchant()
    home = f"/v1/merchants/{world.merchant_id:d}"
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        bad = "\ufeffsku_code,product,price\nA,茶,1.5\nB,茶,much\n"
        report = await mei.call("POST", f"{home}/catalogue/imports", csv=bad)
        assert (report["is_applied"], report["error_count"]) == (False, 1)
        assert report["errors"] == [{"row": 3, "column": "price", "code": "malformed"}]
        dry = await mei.call(
            "POST", f"{home}/catalogue/imports", csv=bad, is_dry_run=True, is_skipping_bad=True
        )
        assert (dry["is_applied"], dry["skus_created"]) == (False, 1)
        done = await mei.call("POST", f"{home}/catalogue/imports", csv=bad, is_skipping_bad=True)
        assert (done["is_applied"], done["skus_created"]) == (True, 1)
        out = await mei.call("GET", f"{home}/catalogue/export")
        assert out["csv"].startswith("\ufeffsku_code,product_code,product,")
        again = await mei.call("POST", f"{home}/catalogue/imports", csv=out["csv"])
        assert (again["skus_unchanged"], again["error_count"]) == (1, 0)
        colour = await mei.call(
            "POST", f"{home}/catalogue/imports", status=422, csv="sku_code,colour\nA,red"
        )
        assert colour["code"] == "sheets.unknown_column"
        many = "sku_code\n" + "x\n" * 10_001
        refused = await mei.call("POST", f"{home}/catalogue/imports", status=422, csv=many)
        assert refused["code"] == "catalogue.too_many_rows"
        key = {"authorization": f"Bearer {world.tokens['mei']}"}
        answer = await api._http.get(f"{home}/catalogue/export.csv", headers=key)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.text == out["csv"]
        template = await api._http.get("/v1/catalogue/template.csv")
        taken = await mei.call("POST", f"{home}/catalogue/imports", csv=template.text)
        assert (taken["products_created"], taken["skus_created"]) == (1, 2)


async def test_a_picture_is_uploaded_and_served(world: World, files: FolderFiles) -> None:
    await world.merchant()
    product = await add_goods(world, "茶")
    path = f"/v1/merchants/{world.merchant_id:d}/products/{product.product_id:d}/pictures"
    content = draw_png()
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        shown = await mei.call("POST", path, status=201, content=base64.b64encode(content).decode())
        svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
        refused = await mei.call("POST", path, status=422, content=svg)
        assert refused["code"] == "catalogue.picture_unknown"
    file = shown["pictures"][0]["file"]
    transport = httpx.ASGITransport(FilesDoor(files))
    async with httpx.AsyncClient(transport=transport, base_url="http://banyan.test") as http:
        answer = await http.get(f"/files/{file}")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in answer.headers["cache-control"]
        assert (await http.head(f"/files/{file}")).content == b""
        assert (await http.post(f"/files/{file}")).status_code == 405
        for other in ("", "x.png", f"{file}.svg", f"%2e%2e/{file}", "..%2f..%2fetc%2fpasswd"):
            assert (await http.get(f"/files/{other}")).status_code == 404


async def test_posters_lead_to_the_place(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    names = [f"桌 {number}" for number in range(1, 13)]
    tables = await add_spots(world, store_id, PlaceKind.TABLE, names)
    await add_spots(world, store_id, PlaceKind.DOOR, ["正门"])
    ORIGIN.connect("https://tea.example.com")
    home = f"/v1/merchants/{world.merchant_id:d}"
    key = {"authorization": f"Bearer {world.tokens['mei']}"}
    code = tables[0].codes[0]
    link = f"https://tea.example.com/c/{code.token}"
    async with open_api(world) as api:
        poster = f"{home}/codes/{code.code_id:d}/poster"
        png = await api._http.get(f"{poster}.png?layout=a6", headers=key)
        assert png.headers["content-type"] == "image/png"
        picture = Image.open(io.BytesIO(png.content)).convert("RGB")
        assert [one.text for one in zxingcpp.read_barcodes(picture)] == [link]
        svg = await api._http.get(f"{poster}.svg", headers=key)
        assert svg.content.startswith(b"<?xml")
        pdf = await api._http.get(f"{poster}.pdf?layout=a4&call_zh=扫码点单", headers=key)
        text = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range()
        assert "扫码点单" in text
        every = await api._http.get(
            f"{home}/stores/{store_id:d}/posters.pdf?kind=table", headers=key
        )
        assert len(pypdfium2.PdfDocument(every.content)) == 12
        for path in (f"{poster}.pdf", f"{home}/stores/{store_id:d}/posters.pdf"):
            assert (await api._http.get(path)).status_code == 401
        none = await api._http.get(f"{home}/stores/{store_id:d}/posters.pdf?kind=till", headers=key)
        assert none.json()["code"] == "places.not_found"


async def test_scans_are_recorded_and_joined(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["正门"], scene="hello")
    await world.person("lin")
    visitor = "a-device-that-remembers-1"
    async with open_api(world) as api:
        touch = await api.call(
            "POST",
            "/v1/touches",
            status=201,
            token=door.codes[0].token,
            visitor=visitor,
            device="Mozilla/5.0 (Linux; Android 16)",
        )
        assert (touch["place_name"], touch["scene"]) == ("正门", "hello")
        unknown = await api.call(
            "POST", "/v1/touches", status=404, token="AAAAAAAAAAAA", visitor=visitor
        )
        assert unknown["code"] == "places.code_not_found"
        lin = api.bearing(world.tokens["lin"])
        assert await lin.call("POST", "/v1/touches/join", visitor=visitor) == {"count": 1}
        await scan(world, door.codes[0].token, NOBODY, visitor="another-device-000001")
        mei = api.bearing(world.tokens["mei"])
        page = await mei.call("GET", f"/v1/merchants/{world.merchant_id:d}/codes/statistics")
        (figures,) = page["items"]
        counts = [figures[f"{what}_count"] for what in ("touch", "visitor", "person")]
        assert counts == [2, 2, 1]
