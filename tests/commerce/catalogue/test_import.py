"""Files of products: everything or nothing, errors by row and column, ten thousand in seconds."""

import time
from collections.abc import Sequence

import pytest

from banyan.base.errors import NotFound
from banyan.commerce.catalogue import (
    CatalogueRow,
    ExportCatalogue,
    ImportCatalogue,
    ImportReport,
    ListProducts,
    Product,
    export_catalogue,
    import_catalogue,
    list_products,
)
from banyan.parties.audit import ListAudit, list_audit
from tests.kit.commerce_shop import add_goods
from tests.kit.world import World

TEAS = (
    {"sku_code": "TGY-M", "product_code": "TGY", "product": "铁观音", "variant": "中",
     "category": "乌龙", "price": "18.00", "barcode": "6901234567892"},
    {"sku_code": "TGY-L", "product_code": "TGY", "variant": "大", "price": "22.5",
     "is_tracked": "no"},
    {"sku_code": "LJ", "product": "龙井", "category": "绿茶", "price": "30"},
)  # fmt: skip


async def take_in(
    world: World,
    rows: Sequence[dict[str, str]],
    *,
    is_dry_run: bool = False,
    is_skipping_bad: bool = False,
) -> ImportReport:
    numbered = [CatalogueRow(number=number, **row) for number, row in enumerate(rows, start=2)]
    command = ImportCatalogue(
        merchant_id=world.merchant_id,
        rows=numbered,
        is_dry_run=is_dry_run,
        is_skipping_bad=is_skipping_bad,
    )
    return await world.office.run(import_catalogue, command, world.owner)


async def goods(world: World) -> dict[str, Product]:
    query = ListProducts(merchant_id=world.merchant_id, limit=100)
    page = await world.office.run(list_products, query, world.owner)
    return {one.code: one for one in page.items}


def errors_of(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in report.errors]


async def test_a_file_becomes_products_variants_and_categories(world: World) -> None:
    await world.merchant()
    mark = await world.mark()
    report = await take_in(world, TEAS)
    assert report == ImportReport(
        is_applied=True,
        row_count=3,
        products_created=2,
        products_changed=0,
        skus_created=3,
        skus_changed=0,
        skus_unchanged=0,
        error_count=0,
        errors=[],
    )
    found = await goods(world)
    assert set(found) == {"TGY", "LJ"}
    assert [
        (one.code, one.variant, one.price_fen, one.is_tracked) for one in found["TGY"].skus
    ] == [("TGY-M", "中", 1800, True), ("TGY-L", "大", 2250, False)]
    assert found["TGY"].category_id != found["LJ"].category_id
    assert await world.events(mark) == ["catalogue.imported"]


async def test_a_dry_run_says_the_same_and_changes_nothing(world: World) -> None:
    await world.merchant()
    mark = await world.mark()
    dry = await take_in(world, TEAS, is_dry_run=True)
    assert (dry.is_applied, dry.skus_created) == (False, 3)
    assert await goods(world) == {}
    assert await world.events(mark) == []


async def test_the_same_file_again_changes_nothing(world: World) -> None:
    await world.merchant()
    await take_in(world, TEAS)
    before = await goods(world)
    mark = await world.mark()
    again = await take_in(world, TEAS)
    assert (again.is_applied, again.skus_unchanged) == (True, 3)
    assert (again.products_changed, again.skus_changed) == (0, 0)
    assert await goods(world) == before
    assert await world.events(mark) == []


async def test_an_export_is_a_file_that_changes_nothing(world: World) -> None:
    await world.merchant()
    await take_in(world, TEAS)
    await add_goods(world, "白茶", 999, description="两行\n字")
    query = ExportCatalogue(merchant_id=world.merchant_id)
    page = await world.office.run(export_catalogue, query, world.owner)
    assert [(one.number, one.sku_code, one.price) for one in page.items[:3]] == [
        (2, "TGY-M", "18.00"),
        (3, "TGY-L", "22.50"),
        (4, "LJ", "30.00"),
    ]
    before = await goods(world)
    command = ImportCatalogue(merchant_id=world.merchant_id, rows=page.items)
    report = await world.office.run(import_catalogue, command, world.owner)
    assert (report.error_count, report.skus_unchanged) == (0, 4)
    assert await goods(world) == before


async def test_empty_cells_leave_things_as_they_are(world: World) -> None:
    await world.merchant()
    await take_in(world, TEAS)
    before = (await goods(world))["TGY"]
    report = await take_in(world, [{"sku_code": "TGY-M", "price": "19"}])
    assert (report.skus_changed, report.products_changed) == (1, 0)
    after = (await goods(world))["TGY"]
    assert (after.name, after.category_id) == (before.name, before.category_id)
    assert after.skus[0].price_fen == 1900
    assert after.skus[0].barcode == before.skus[0].barcode
    assert after.skus[1] == before.skus[1]


async def test_an_import_is_audited_with_what_was_before(world: World) -> None:
    await world.merchant()
    await take_in(world, TEAS)
    await take_in(world, [{"sku_code": "LJ", "price": "31", "product": "西湖龙井"}])
    query = ListAudit(merchant_id=world.merchant_id, subject="catalogue.import", limit=1)
    (entry,) = (await world.office.run(list_audit, query, world.owner)).items
    assert entry.before is not None
    assert entry.after is not None
    assert [sku["price_fen"] for sku in entry.before["skus"]] == [3000]
    assert [sku["price_fen"] for sku in entry.after["skus"]] == [3100]
    assert [one["name"] for one in entry.before["products"]] == ["龙井"]
    assert [one["name"] for one in entry.after["products"]] == ["西湖龙井"]


BAD = (
    ({"price": "1", "product": "无码"}, ("sku_code", "missing")),
    ({"sku_code": "N1", "product": "无价"}, ("price", "missing")),
    ({"sku_code": "N2", "price": "1"}, ("product", "missing")),
    ({"sku_code": "N3", "product": "x", "price": "-1"}, ("price", "malformed")),
    ({"sku_code": "N4", "product": "x", "price": "1.005"}, ("price", "too_precise")),
    ({"sku_code": "N5", "product": "x", "price": "99999999999"}, ("price", "out_of_range")),
    ({"sku_code": "N" * 65, "product": "x", "price": "1"}, ("sku_code", "too_long")),
    ({"sku_code": "N6", "product": "x" * 101, "price": "1"}, ("product", "too_long")),
    ({"sku_code": "N7", "product": "a\0b", "price": "1"}, ("product", "malformed")),
    ({"sku_code": "N8", "product": "a\u202eb", "price": "1"}, ("product", "malformed")),
    ({"sku_code": "N9", "product": "a\nb", "price": "1"}, ("product", "malformed")),
    ({"sku_code": "NA", "product": "x", "price": "1", "barcode": "<b>"}, ("barcode", "malformed")),
    ({"sku_code": "NB", "product": "x", "price": "1", "is_on_sale": "ja"},
     ("is_on_sale", "malformed")),
    ({"sku_code": "TGY-M", "product_code": "LJ"}, ("product_code", "other_product")),
    ({"sku_code": "NC", "product": "x", "price": "1", "barcode": "6901234567892"},
     ("barcode", "taken")),
    ({"sku_code": "ND", "product_code": "TGY", "price": "1", "variant": "大"},
     ("variant", "duplicate")),
)  # fmt: skip


@pytest.mark.parametrize(("row", "error"), BAD)
async def test_a_bad_cell_is_named_and_nothing_changes(
    world: World, row: dict[str, str], error: tuple[str, str]
) -> None:
    await world.merchant()
    await take_in(world, TEAS)
    before = await goods(world)
    mark = await world.mark()
    report = await take_in(world, [{"sku_code": "NEW", "product": "新", "price": "1"}, row])
    assert errors_of(report) == [(3, *error)]
    assert not report.is_applied
    assert await goods(world) == before
    assert await world.events(mark) == []


async def test_rows_that_contradict_each_other_are_named(world: World) -> None:
    await world.merchant()
    report = await take_in(
        world,
        [
            {"sku_code": "A", "product_code": "P", "product": "茶", "price": "1", "variant": "a",
             "barcode": "1111"},
            {"sku_code": "A", "product_code": "P", "price": "2", "variant": "b"},
            {"sku_code": "B", "product_code": "P", "product": "酒", "price": "1", "variant": "c"},
            {"sku_code": "C", "product_code": "P", "price": "1", "variant": "a"},
            {"sku_code": "D", "product_code": "P", "price": "1", "variant": "d",
             "barcode": "1111"},
        ],
    )  # fmt: skip
    assert errors_of(report) == [
        (3, "sku_code", "duplicate"),
        (4, "product", "conflict"),
        (5, "variant", "duplicate"),
        (6, "barcode", "duplicate"),
    ]
    assert await goods(world) == {}


async def test_bad_rows_can_be_skipped(world: World) -> None:
    await world.merchant()
    rows = [*TEAS, *(row for row, _ in BAD[:13])]
    report = await take_in(world, rows, is_skipping_bad=True)
    assert report.is_applied
    assert (report.skus_created, report.error_count) == (3, 13)
    assert set(await goods(world)) == {"TGY", "LJ"}


async def test_a_product_has_at_most_a_hundred_variants(world: World) -> None:
    await world.merchant()
    rows = [
        {"sku_code": f"S{n}", "product_code": "P", "product": "茶", "price": "1", "variant": f"{n}"}
        for n in range(101)
    ]
    report = await take_in(world, rows)
    assert errors_of(report) == [(102, "sku_code", "too_many_variants")]


async def test_staff_of_one_store_take_nothing_in(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    command = ImportCatalogue(merchant_id=world.merchant_id, rows=[])
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(import_catalogue, command, lin)


@pytest.mark.slow
async def test_ten_thousand_rows_take_seconds(world: World) -> None:
    await world.merchant()
    rows = [
        {"sku_code": f"S{n}", "product_code": f"P{n // 4}", "product": f"茶 {n // 4}",
         "variant": f"{n % 4}", "category": f"类 {n % 40 // 4}", "price": f"{n % 90}.{n % 100:02}",
         "barcode": f"690{n:010}"}
        for n in range(10_000)
    ]  # fmt: skip
    began = time.perf_counter()
    report = await take_in(world, rows)
    first_s = time.perf_counter() - began
    assert (report.is_applied, report.skus_created, report.products_created) == (True, 10_000, 2500)
    began = time.perf_counter()
    changed = await take_in(world, [{**row, "price": "5"} for row in rows])
    second_s = time.perf_counter() - began
    assert changed.skus_changed == 10_000 - sum(row["price"] == "5.00" for row in rows)
    assert first_s < 20, f"first import took {first_s:.1f} s"
    assert second_s < 20, f"second import took {second_s:.1f} s"
    print(f"10,000 new {first_s:.2f} s, changed {second_s:.2f} s")  # noqa: T201 - seen with -s
