"""How beacons are named, how long their texts may be, and which days and pages make sense."""

import base64
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid
from banyan.reach.beacons.types import DAYS_MAX, TOKEN_LENGTH

CHINA = ZoneInfo("Asia/Shanghai")
CHANCE_BYTES = 16
_maker = "42414E59-414E-4245"
"""The first half of every UUID: whose make the beacons are. The second half is the account."""
_uuid = re.compile(rf"{_maker}-([0-9A-F]{{4}})-([0-9A-F]{{12}})")
_majors_from = 10_001
_minors = 1 << 16
_channel_bytes = 8
_token = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
TITLE_WIDTH_MAX = 12
DESCRIPTION_WIDTH_MAX = 14
COMMENT_WIDTH_MAX = 30


def render_uuid(channel_id: int) -> str:
    """What all beacons of an account call themselves."""
    digits = f"{channel_id:016X}"
    return f"{_maker}-{digits[:4]}-{digits[4:]}"


def read_uuid(uuid: str) -> int | None:
    """Whose beacon it is; None for one that is none of ours."""
    found = _uuid.fullmatch(uuid.upper())
    if found is None:
        return None
    channel_id = int(found[1] + found[2], 16)
    return channel_id if 0 < channel_id < 1 << 63 else None


def compute_numbers(device_id: int) -> tuple[int, int]:
    """Major and minor of a beacon."""
    major, minor = divmod(device_id, _minors)
    return major + _majors_from, minor


def compute_device_id(major: int, minor: int) -> int:
    """The beacon of these numbers; it need not be there."""
    return max(major - _majors_from, 0) * _minors + minor if major >= _majors_from else 0


def render_ticket(channel_id: int, chance: bytes) -> str:
    """The ticket of a shake: whose beacon, and what nobody can guess."""
    assert len(chance) == CHANCE_BYTES
    return base64.urlsafe_b64encode(channel_id.to_bytes(_channel_bytes, "big") + chance).decode()


def read_ticket(ticket: str) -> int | None:
    """Whose beacon was shaken at; None for a text that is no ticket."""
    if not _token.fullmatch(ticket):
        return None
    channel_id = int.from_bytes(base64.urlsafe_b64decode(ticket)[:_channel_bytes], "big")
    return channel_id if 0 < channel_id < 1 << 63 else None


def compute_width(text: str) -> int:
    """How wide a text is: Chinese counts two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def check_comment(comment: str) -> None:
    """Accept fifteen Chinese characters. Raises Invalid `beacons.comment_length`."""
    if compute_width(comment) > COMMENT_WIDTH_MAX:
        raise Invalid("beacons.comment_length", width_max=COMMENT_WIDTH_MAX)


def check_page(title: str, description: str, comment: str, urls: Sequence[str]) -> None:
    """Accept what fits on a card, and leads to the web. Raises Invalid `beacons.page_malformed`."""
    widths = (
        (title, TITLE_WIDTH_MAX),
        (description, DESCRIPTION_WIDTH_MAX),
        (comment, COMMENT_WIDTH_MAX),
    )
    fits = all(compute_width(text) <= width_max for text, width_max in widths)
    if not (title and description and fits and all(_is_web(url) for url in urls)):
        raise Invalid(
            "beacons.page_malformed", title_max=TITLE_WIDTH_MAX, text_max=DESCRIPTION_WIDTH_MAX
        )


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def check_days(begins_on: date, ends_on: date) -> None:
    """Accept up to a month. Raises Invalid `beacons.days_out_of_range`."""
    if not 0 <= (ends_on - begins_on).days < DAYS_MAX:
        raise Invalid("beacons.days_out_of_range", days_max=DAYS_MAX)


def compute_day(now: datetime) -> date:
    """The day of an instant in China, by which all such counts go."""
    return now.astimezone(CHINA).date()


def add_ticket(url: str, ticket: str) -> str:
    """The address of a page with the ticket of who comes."""
    head, mark, fragment = url.partition("#")
    return f"{head}{'&' if '?' in head else '?'}ticket={ticket}{mark}{fragment}"
