"""Pictures are judged by their bytes, kept once, and shown in the merchant's order."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.commerce.catalogue import (
    PICTURE_BYTES_MAX,
    PORTS,
    AddPicture,
    ArrangePictures,
    Product,
    ProductId,
    add_picture,
    arrange_pictures,
    check_picture,
)
from banyan.commerce.stock import ListShelf, list_shelves
from banyan.outside.storage import FolderFiles
from tests.kit.commerce_shop import add_goods, add_store
from tests.kit.world import World


def draw(kind: str, size: tuple[int, int] = (40, 30), colour: int = 0, **how: bool) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (colour, 90, 60)).save(content, kind, **how)
    return content.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    folder = FolderFiles(tmp_path / "files")
    PORTS.connect(files=folder)
    return folder


async def add(world: World, product: Product, content: bytes) -> Product:
    command = AddPicture(
        merchant_id=product.merchant_id, product_id=product.product_id, content=content
    )
    return await world.office.run(add_picture, command, world.owner)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (draw("PNG"), "png"),
        (draw("JPEG"), "jpg"),
        (draw("JPEG", progressive=True), "jpg"),
        (draw("WEBP"), "webp"),
        (draw("WEBP", lossless=True), "webp"),
    ],
)
def test_kind_and_size_are_read_off_the_bytes(content: bytes, kind: str) -> None:
    picture = check_picture(content)
    assert (picture.width, picture.height) == (40, 30)
    assert picture.file.endswith(f".{kind}")


def test_webp_with_transparency_has_its_size_elsewhere() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(content, "WEBP", exif=b"Exif\0\0x")
    assert content.getvalue()[12:16] == b"VP8X"
    picture = check_picture(content.getvalue())
    assert (picture.width, picture.height) == (300, 200)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SVG, "picture_unknown"),
        (b"<?xml version='1.0'?>" + SVG, "picture_unknown"),
        (b"<html><script>", "picture_unknown"),
        (b"GIF89a" + bytes(100), "picture_unknown"),
        (b"%PDF-1.7", "picture_unknown"),
        (b"MZ" + bytes(100), "picture_unknown"),
        (b"", "picture_unknown"),
        (b"\x89PNG\r\n\x1a\n", "picture_malformed"),
        (b"\x89PNG\r\n\x1a\n" + SVG, "picture_malformed"),
        (draw("PNG")[:-20], "picture_malformed"),
        (b"\xff\xd8\xff", "picture_malformed"),
        (b"\xff\xd8\xff\xe0\x00\x02" + SVG, "picture_malformed"),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1000, "picture_malformed"),
        (b"RIFF\x00\x00\x00\x00WEBP", "picture_malformed"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(50), "picture_malformed"),
        (b"RIFF\x20\x00\x00\x00WEBPEVIL" + bytes(50), "picture_malformed"),
        (draw("PNG") + bytes(PICTURE_BYTES_MAX), "picture_too_large"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_picture(content)
    assert refused.value.code == f"catalogue.{code}"


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (8001, 10), (2**31, 2**31)])
def test_sizes_beyond_reason_are_refused(size: tuple[int, int]) -> None:
    good = draw("PNG")
    content = good[:16] + struct.pack(">II", *size) + good[24:]
    with pytest.raises(Invalid, match=r"catalogue\.picture_dimensions"):
        check_picture(content)


async def test_a_picture_is_kept_and_shown(world: World, files: FolderFiles) -> None:
    await world.merchant()
    store_id = await add_store(world)
    product = await add_goods(world, "茶")
    mark = await world.mark()
    content = draw("PNG")
    shown = await add(world, product, content)
    assert await add(world, product, content) == shown
    assert await files.find(shown.pictures[0].file) == content
    assert await world.events(mark) == ["catalogue.product_changed"]
    query = ListShelf(merchant_id=world.merchant_id, store_id=store_id)
    shelf = await world.office.run(list_shelves, query, NOBODY)
    assert shelf.items[0].pictures == shown.pictures


async def test_pictures_are_arranged_and_removed(world: World, files: FolderFiles) -> None:
    await world.merchant()
    product = await add_goods(world, "茶")
    for colour in (1, 2, 3):
        product = await add(world, product, draw("PNG", colour=colour))
    first, second, third = (one.file for one in product.pictures)
    scope = {"merchant_id": product.merchant_id, "product_id": product.product_id}
    command = ArrangePictures(**scope, files=[third, first])  # type: ignore[arg-type]
    arranged = await world.office.run(arrange_pictures, command, world.owner)
    assert [one.file for one in arranged.pictures] == [third, first]
    assert await files.find(second) is not None
    for wrong in ([second], [first, first], ["0" * 64 + ".png"]):
        bad = ArrangePictures(**scope, files=wrong)  # type: ignore[arg-type]
        with pytest.raises(Invalid, match=r"catalogue\.unknown_picture"):
            await world.office.run(arrange_pictures, bad, world.owner)


async def test_a_product_has_at_most_nine_pictures(world: World, files: FolderFiles) -> None:
    await world.merchant()
    product = await add_goods(world, "茶")
    for colour in range(9):
        await add(world, product, draw("PNG", colour=colour))
    late = draw("PNG", colour=99)
    with pytest.raises(Refusal, match=r"catalogue\.pictures_full"):
        await add(world, product, late)
    assert await files.find(check_picture(late).file) is None


async def test_nobody_adds_pictures_to_what_is_not_theirs(world: World, files: FolderFiles) -> None:
    await world.merchant()
    product = await add_goods(world, "茶")
    other = await world.merchant("对门", owner="chen")
    content = draw("PNG")
    command = AddPicture(merchant_id=other, product_id=product.product_id, content=content)
    with pytest.raises(NotFound, match=r"catalogue\.product_not_found"):
        await world.office.run(add_picture, command, world.as_person("chen"))
    unknown = AddPicture(merchant_id=other, product_id=ProductId(1), content=content)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(add_picture, unknown, world.owner)
    assert await files.find(check_picture(content).file) is None
