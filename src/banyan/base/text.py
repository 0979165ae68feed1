"""Text that people type: bounded, trimmed and free of control characters."""

import re
import unicodedata
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX, TEXT_MAX

# No blank edges, no control characters, no lone surrogates, no direction overrides. In Python `$`
# also matches before a last line break, in other languages it does not: hence what follows it.
_PLAIN = r"^(?!\s)[^\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]*(?<!\s)$(?!\n)"
_MULTILINE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]*$"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX, pattern=_PLAIN)]
OptionalName = Annotated[str, msgspec.Meta(max_length=NAME_MAX, pattern=_PLAIN)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX, pattern=_MULTILINE)]
Phone = Annotated[str, msgspec.Meta(min_length=5, max_length=20, pattern=r"^\+?[0-9][0-9 -]*$")]
"""A telephone number as typed; `normal_phone` makes it comparable."""

_LONG = 10
_MAINLAND = re.compile(r"1[3-9][0-9]{9}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def normal_phone(typed: str) -> str:
    """The number in E.164 form; eleven digits without a country are a mainland mobile.

    Raises Invalid `people.phone_malformed`.
    """
    digits = re.sub(r"[ -]", "", typed)
    if _MAINLAND.fullmatch(digits):
        return "+86" + digits
    if _E164.fullmatch(digits):
        return digits
    raise Invalid("people.phone_malformed")


def mask_phone(phone: str) -> str:
    """A number with its middle hidden, as merchants see it: +86138****8000."""
    if len(phone) > _LONG:
        return f"{phone[:-8]}****{phone[-4:]}"
    return f"{phone[:2]}****{phone[-2:]}"


def plain(text: str) -> str:
    """`text` in Unicode normal form C without blank edges, as it is stored and compared."""
    return unicodedata.normalize("NFC", text).strip()
