"""A call of the gateway as it came: its parameters, in the charset that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from banyan.doors.alipay.errors import WRONG_CHARSET, wrong_parameter

CHARSETS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gbk": "gbk",
    "gb2312": "gb2312",
    "gb18030": "gb18030",
}
_query_bytes_max = 64_000
_fields_max = 100
_latin = "latin-1"
_forms = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a program sent, decoded; empty as long as it could not be."""

    values: Mapping[str, str]
    codec: str = "utf-8"

    def get(self, name: str) -> str:
        """A parameter, or an empty text."""
        return self.values.get(name, "")


NONE = Parameters({})


def parse_parameters(query: bytes, media_type: str, body: bytes) -> Parameters:
    """The parameters of the address and of a form together; of a form's those of the same name.

    Raises WireError `isv.invalid-charset`, `isv.invalid-parameter`.
    """
    if len(query) > _query_bytes_max:
        raise wrong_parameter("query")
    parts = [query.decode(_latin)]
    if media_type.lower().startswith(_forms):
        parts.append(body.decode(_latin))
    charset = dict(_split(parts, _latin)).get("charset") or "utf-8"
    codec = CHARSETS.get(charset.lower())
    if codec is None:
        raise WRONG_CHARSET
    values = dict(_split(parts, codec))
    if any("\0" in name or "\0" in value for name, value in values.items()):
        raise wrong_parameter("NUL")
    return Parameters(values, codec)


def _split(parts: list[str], codec: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in parts:
        try:
            found += parse_qsl(
                part,
                keep_blank_values=True,
                encoding=codec,
                errors="strict",
                max_num_fields=_fields_max,
            )
        except UnicodeDecodeError:
            raise WRONG_CHARSET from None
        except ValueError:
            raise wrong_parameter("query") from None
    return found
