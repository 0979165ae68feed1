"""What is in pictures: text, codes, papers and cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from banyan.base.errors import Failure
from banyan.doors.wechat.endpoint import ACCOUNTS, Wire, endpoint
from banyan.doors.wechat.errors import BUSY, WireError
from banyan.engines.recognition import (
    READER,
    BadPicture,
    Busy,
    Point,
    Reading,
    crop_picture,
    parse_bankcard,
    parse_business_licence,
    parse_driving_licence,
    parse_idcard,
    parse_plate,
    parse_vehicle_licence,
    read_codes,
)
from banyan.reach.channels import ChannelKind
from banyan.reach.moderation import fetch_picture

SEERS = ACCOUNTS | {ChannelKind.MINIAPP}
"""Who may have pictures read."""
READINGS_MAX = 100
"""How often a day an account may have pictures of each kind read."""
BAD_URL = WireError(101000, "image url error")
NOT_FOUND = WireError(101001, "certificate not found")
BAD_PICTURE = WireError(101002, "image data error")
_picture_bytes_max = 2 << 20
_ratio_min, _ratio_max, _ratios_max = 0.1, 10.0, 5
"""Shapes that a picture may be cropped to, as width to height."""
_names = ("left_top", "right_top", "right_bottom", "left_bottom")
_code_names = {"QRCode": "QR_CODE", "DataMatrix": "DATA_MATRIX", "Code128": "CODE_128"}

Parse = Callable[[Sequence[str]], Mapping[str, str] | None]


class PictureQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is elsewhere; else it is in the form."""

    img_url: str = ""
    type: str = ""


class CropQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is elsewhere or in the form, and the shapes that it shall have."""

    img_url: str = ""
    ratios: str = "1,2.35"


@endpoint("POST", "/cv/ocr/comm", kinds=SEERS, daily_max=READINGS_MAX)
async def comm(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """All text of a picture, line by line, with where it stands."""
    reading = await _read(wire, query)
    items = [{"text": one.text, "pos": _corners(one.corners)} for one in reading.lines]
    return {"items": items, "img_size": _size(reading)}


@endpoint("POST", "/cv/ocr/idcard", kinds=SEERS, daily_max=READINGS_MAX)
async def idcard(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The fields of an identity card, of its front or its back."""
    found, _ = await _parse(wire, query, parse_idcard)
    return found


@endpoint("POST", "/cv/ocr/bankcard", kinds=SEERS, daily_max=READINGS_MAX)
async def bankcard(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The number of a bank card."""
    found, _ = await _parse(wire, query, parse_bankcard)
    return found


@endpoint("POST", "/cv/ocr/driving", kinds=SEERS, daily_max=READINGS_MAX)
async def driving(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The fields of the front of a vehicle's licence."""
    found, reading = await _parse(wire, query, parse_vehicle_licence)
    return {**found, "img_size": _size(reading)}


@endpoint("POST", "/cv/ocr/drivinglicense", kinds=SEERS, daily_max=READINGS_MAX)
async def drivinglicense(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The fields of a driver's licence."""
    found, _ = await _parse(wire, query, parse_driving_licence)
    return found


@endpoint("POST", "/cv/ocr/bizlicense", kinds=SEERS, daily_max=READINGS_MAX)
async def bizlicense(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The fields of a business licence."""
    found, reading = await _parse(wire, query, parse_business_licence)
    return {**found, "img_size": _size(reading)}


@endpoint("POST", "/cv/ocr/platenum", kinds=SEERS, daily_max=READINGS_MAX)
async def platenum(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The number of a vehicle's plate."""
    found, _ = await _parse(wire, query, parse_plate)
    return found


@endpoint("POST", "/cv/img/qrcode", kinds=SEERS, daily_max=READINGS_MAX)
async def qrcode(wire: Wire, query: PictureQuery) -> dict[str, object]:
    """The codes of a picture, with what they say and where they are."""
    content = await take_picture(wire, query.img_url)
    try:
        codes, width, height = await READER.run(read_codes, content)
    except BadPicture:
        raise BAD_PICTURE from None
    except Busy:
        raise BUSY from None
    found = [
        {
            "type_name": _code_names.get(one.kind, one.kind.upper()),
            "data": one.text,
            "pos": _corners(one.corners),
        }
        for one in codes
    ]
    return {"code_results": found, "img_size": {"w": width, "h": height}}


@endpoint("POST", "/cv/img/aicrop", kinds=SEERS, daily_max=READINGS_MAX)
async def aicrop(wire: Wire, query: CropQuery) -> dict[str, object]:
    """The part of a picture that is worth keeping, for each shape that it shall have."""
    ratios = _parse_ratios(query.ratios)
    content = await take_picture(wire, query.img_url)
    try:
        crops, width, height = await READER.run(lambda one: crop_picture(one, ratios), content)
    except BadPicture:
        raise BAD_PICTURE from None
    except Busy:
        raise BUSY from None
    results = [
        {
            "crop_left": one.left,
            "crop_top": one.top,
            "crop_right": one.right,
            "crop_bottom": one.bottom,
        }
        for one in crops
    ]
    return {"results": results, "img_size": {"w": width, "h": height}}


def _parse_ratios(told: str) -> list[float]:
    """Widths to heights. Raises WireError 40035."""
    try:
        ratios = [float(one) for one in told.split(",")]
    except ValueError:
        ratios = []
    fits = all(_ratio_min <= one <= _ratio_max for one in ratios)
    if not ratios or len(ratios) > _ratios_max or not fits:
        raise WireError(40035, "invalid parameter: ratios")
    return ratios


async def take_picture(wire: Wire, url: str) -> bytes:
    """The picture of a call. Raises WireError 101000, 101002, 41005."""
    if not wire.upload.files and url:
        try:
            content = await fetch_picture(url)
        except Failure:
            raise BAD_URL from None
    else:
        content = wire.upload.take().content
    if len(content) > _picture_bytes_max:
        raise BAD_PICTURE
    return content


async def read_picture(content: bytes) -> Reading:
    """What is written in a picture. Raises WireError 101002, -1."""
    try:
        return await READER.read(content)
    except BadPicture:
        raise BAD_PICTURE from None
    except Busy:
        raise BUSY from None


async def _read(wire: Wire, query: PictureQuery) -> Reading:
    return await read_picture(await take_picture(wire, query.img_url))


async def _parse(
    wire: Wire, query: PictureQuery, parse: Parse
) -> tuple[dict[str, object], Reading]:
    reading = await _read(wire, query)
    found = parse([line.text for line in reading.lines])
    if found is None:
        raise NOT_FOUND
    return dict(found), reading


def _corners(corners: Sequence[Point]) -> dict[str, object]:
    return {name: {"x": one.x, "y": one.y} for name, one in zip(_names, corners, strict=True)}


def _size(reading: Reading) -> dict[str, int]:
    return {"w": reading.width, "h": reading.height}
