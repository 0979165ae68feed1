"""How codes look, which parameters and lives they may have, and on which day a scan counts."""

import base64
import binascii
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from banyan.base.errors import Invalid
from banyan.reach.scenes.types import (
    LASTING_MAX,
    LIFE_MAX,
    LONG_BYTES_MAX,
    NUMBER_MAX,
    TEXT_MAX,
    TOKEN_LENGTH,
)

CHANCE_BYTES = 8
_id_bytes = 8
_token = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_prefix = "gQ"
_short_letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_short_length = 15


class ParsedToken(msgspec.Struct, frozen=True):
    """What a code's text says: whose code, which one, and what nobody can guess."""

    channel_id: int
    code_id: int
    chance: bytes


def render_token(channel_id: int, code_id: int, chance: bytes) -> str:
    """The end of a code's text."""
    assert len(chance) == CHANCE_BYTES
    raw = channel_id.to_bytes(_id_bytes, "big") + code_id.to_bytes(_id_bytes, "big") + chance
    return base64.urlsafe_b64encode(raw).decode()


def read_token(token: str) -> ParsedToken | None:
    """What it says; None for a text that is none of ours."""
    if not _token.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token)
    channel_id, code_id = (int.from_bytes(raw[at : at + _id_bytes], "big") for at in (0, _id_bytes))
    if channel_id >= 1 << 63 or code_id >= 1 << 63:
        return None
    return ParsedToken(channel_id, code_id, raw[2 * _id_bytes :])


def render_ticket(token: str) -> str:
    """The name of a code among programs."""
    return _prefix + base64.b64encode(token.encode()).decode()


def read_ticket(ticket: str) -> str | None:
    """The token that it stands for; None for a text that is none of ours."""
    if not ticket.startswith(_prefix) or not ticket.isascii():
        return None
    try:
        return base64.b64decode(ticket.removeprefix(_prefix), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None


def check_scene(number: int, text: str, *, is_lasting: bool) -> None:
    """Accept one parameter: a number or a text.

    Raises Invalid `scenes.number_out_of_range`, `scenes.text_malformed`, `scenes.one_parameter`.
    """
    if bool(number) == bool(text):
        raise Invalid("scenes.one_parameter")
    number_max = LASTING_MAX if is_lasting else NUMBER_MAX
    if not 0 <= number <= number_max:
        raise Invalid("scenes.number_out_of_range", number_max=number_max)
    if len(text) > TEXT_MAX or not text.isprintable():
        raise Invalid("scenes.text_malformed", length_max=TEXT_MAX)


def check_life(life: timedelta) -> None:
    """Accept up to thirty days. Raises Invalid `scenes.life_out_of_range`."""
    if not timedelta(seconds=1) <= life <= LIFE_MAX:
        raise Invalid("scenes.life_out_of_range", seconds_max=int(LIFE_MAX.total_seconds()))


def check_long(data: str) -> None:
    """Accept what a short key may stand for. Raises Invalid `scenes.long_malformed`."""
    if not data or "\0" in data or len(data.encode(errors="replace")) > LONG_BYTES_MAX:
        raise Invalid("scenes.long_malformed", bytes_max=LONG_BYTES_MAX)


def render_short(chance: bytes) -> str:
    """A short key of fifteen letters and digits."""
    number, letters = int.from_bytes(chance, "big"), ""
    for _ in range(_short_length):
        number, rest = divmod(number, len(_short_letters))
        letters += _short_letters[rest]
    return letters


def compute_day(now: datetime, time_zone: str) -> date:
    """The day of an instant where the merchant is."""
    return now.astimezone(ZoneInfo(time_zone)).date()
