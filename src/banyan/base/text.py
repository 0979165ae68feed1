"""Text that people type: bounded, and free of what nobody can see."""

import re
import unicodedata
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX, TEXT_MAX

# What nobody sees and yet changes what is read: control characters, marks and overrides of
# direction, blanks without width, fillers, tags, separators, lone surrogates. Joiners and selectors
# stay: many emoji and some scripts are spelled with them. But no name consists of them.
_HIDDEN = (
    r"\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
# In Python `$` also matches before a last line break, in other languages it does not: hence `END`.
END = r"$(?!\n)"
"""The end of every pattern."""
TRIMMED = rf"^(?!\s|[\u200c\u200d\ufe00-\ufe0f]+$)[^\x00-\x1f{_HIDDEN}]*(?<!\s){END}"
"""One line without blank edges and without anything that can't be seen."""
LINE = rf"^[^\x00-\x1f{_HIDDEN}]*{END}"
"""One line of whatever can be seen."""
LINES = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f{_HIDDEN}]*{END}"
"""Lines of whatever can be seen."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX, pattern=TRIMMED)]
OptionalName = Annotated[str, msgspec.Meta(max_length=NAME_MAX, pattern=TRIMMED)]
Note = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
"""What one person lets others know, in a line."""
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX, pattern=LINES)]
Phone = Annotated[
    str, msgspec.Meta(min_length=5, max_length=20, pattern=rf"^\+?[0-9][0-9 -]*{END}")
]
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
