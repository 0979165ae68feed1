"""Posters at the console: what is asked for is what is printed, or else it says so."""

from __future__ import annotations

import pypdfium2

from banyan.commerce.places import PlaceKind
from banyan.doors.papers.posters import ORIGIN
from tests.doors.pages.test_console import speak
from tests.kit import sales
from tests.kit.commerce_shop import add_spots, add_store
from tests.kit.web import open_client
from tests.kit.world import World


async def test_print_all_prints_every_store(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    other = await add_store(world, "South Gate")
    await add_spots(world, shop.store_id, PlaceKind.TABLE, ["Table 1", "Table 2"])
    await add_spots(world, other, PlaceKind.TABLE, ["Table 3"])
    ORIGIN.connect("https://tea.example.com")
    path = "/console/places/posters.pdf?store="
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        page = await client.get("/console/places", headers=mei)
        every = await client.get(f"{path}0", headers=mei)
        one = await client.get(f"{path}{other:d}", headers=mei)
    assert f'href="{path}0"' in page.text
    document = pypdfium2.PdfDocument(every.content)
    assert len(document) == 3
    said = " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())
    assert all(name in said for name in ("Table 1", "Table 2", "Table 3", "South Gate"))
    assert len(pypdfium2.PdfDocument(one.content)) == 1


async def test_an_unknown_layout_is_refused(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    (spot,) = await add_spots(world, shop.store_id, PlaceKind.TABLE, ["Table 1"])
    ORIGIN.connect("https://tea.example.com")
    poster = f"/console/places/codes/{spot.codes[0].code_id:d}/poster"
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        for path in (
            f"{poster}/pdf?layout=zzz",
            "/console/places/posters.pdf?layout=zzz",
            "/console/places/posters.pdf?kind=zzz",
        ):
            assert (await client.get(path, headers=mei)).status_code == 422, path
        assert (await client.get(f"{poster}/pdf?layout=a6", headers=mei)).status_code == 200


async def test_characters_that_cannot_be_printed_are_told_beforehand(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    plain, odd = await add_spots(world, shop.store_id, PlaceKind.TABLE, ["Table 1", "桌 🍵"])
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        pages = [
            (await client.get(path, headers=mei)).text
            for path in (
                "/console/places",
                f"/console/places/codes/{odd.codes[0].code_id:d}",
                f"/console/places/codes/{plain.codes[0].code_id:d}",
            )
        ]
    told = "These characters cannot be printed, and each shows as 〓 on posters: 🍵"
    assert [told in page for page in pages] == [True, True, False]
