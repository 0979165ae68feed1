"""Files of products at the console: what is wrong with them is told in words that help."""

from __future__ import annotations

import re

import httpx
import pytest

from banyan.commerce.catalogue import RowFault
from banyan.doors.pages.console import words
from banyan.doors.pages.shell import Language
from banyan.doors.pages.shell.i18n import read_catalogue
from tests.doors.pages.test_console import speak
from tests.kit import sales
from tests.kit.web import open_client
from tests.kit.world import World

BAD = """sku_code,product_code,product,variant,price,is_tracked
N1,N,New,small,12.00,yes
N2,N,,large,abc,yes
,X,No code,,1.00,yes
N4,N4,Tea,,5.005,yes
N5,N5,Tea,,99999999999,yes
N6,N6,Tea,,1,maybe
N1,N,again,small,12.00,yes
"""


async def try_file(
    client: httpx.AsyncClient, headers: dict[str, str], content: bytes
) -> httpx.Response:
    """Upload a file to be tried."""
    return await client.post(
        "/console/goods-files/try",
        headers=headers,
        files={"file": ("goods.csv", content, "text/csv")},
    )


@pytest.mark.parametrize("language", Language)
def test_every_fault_of_a_cell_has_words_that_name_the_column(language: Language) -> None:
    assert set(words.CELL_FAULTS) == set(RowFault)
    of_columns = words.CELL_FAULTS_OF
    assert {fault for _, fault in of_columns} <= set(RowFault)
    for text in (*words.CELL_FAULTS.values(), *of_columns.values()):
        told = text if language is Language.EN else read_catalogue(language)[text][0]
        assert "{column}" in told or text == words.CELL_FAULTS["too_many_variants"]


@pytest.mark.parametrize("language", Language)
async def test_no_cell_is_told_by_a_code(world: World, language: Language) -> None:
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        headers = await speak(client, world, "mei", language.value)
        page = (await try_file(client, headers, BAD.encode())).text
    assert "sheets." not in page
    assert "…" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    told = re.findall(r"<td>“?([^<]*)</td></tr>", page)
    assert len(told) >= 6
    # Each kind of fault has a sentence of its own.
    assert len(set(told)) >= 6


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"product,price\nTea,1\n", "The column “sku_code” is missing"),
        (b"sku_code|product|price\nA|Tea|1\n", "The columns are not separated"),
        (b"sku_code,colour\nA,red\n", "There is no column “colour”"),
    ],
)
async def test_a_file_with_another_heading_is_told_what_it_lacks(
    world: World, content: bytes, told: str
) -> None:
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        answer = await try_file(client, headers, content)
    assert answer.status_code == 422
    assert told in answer.text


async def test_what_was_taken_in_counts_as_the_try_did(world: World) -> None:
    await sales.open_busy_shop(world)
    csv = "sku_code;product_code;product;variant;price\nM1;M;Mint;small;9\nM2;M;;large;12\n"
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        tried = (await try_file(client, headers, csv.encode())).text
        taken = await client.post("/console/goods-files", headers=headers, data={"csv": csv})
        seen = headers | {"cookie": f"{headers['cookie']}; flash={taken.cookies['flash']}"}
        page = await client.get(taken.headers["location"], headers=seen)
    assert re.search(r"New variants</dt><dd[^>]*>2<", tried)
    assert re.search(r"Changed variants</dt><dd[^>]*>0<", tried)
    assert "1 new products, 2 new and 0 changed variants" in page.text
