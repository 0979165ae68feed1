"""Sends one-time codes: here by showing them, as long as no SMS provider is connected."""

from collections import deque

import msgspec
import structlog

from banyan.base.errors import Invalid
from banyan.base.secret import Secret
from banyan.parties.people import Language

_log = structlog.get_logger("banyan.sms")

_kept_max = 50


class ShownCode(msgspec.Struct, frozen=True):
    """A code that was shown instead of sent."""

    phone: str
    code: str


class ConsoleSender:
    """Shows codes on the console, and keeps the latest for the demo's sign-in page.

    Whoever reads the console can sign in as anybody: it is for development and refuses production.
    """

    def __init__(self, *, is_production: bool) -> None:
        """Raises Invalid `sms.not_connected` in production."""
        if is_production:
            raise Invalid("sms.not_connected")
        self._shown: deque[ShownCode] = deque(maxlen=_kept_max)

    async def send(self, phone: str, code: Secret, language: Language) -> None:
        """Show the code. The language makes no difference here."""
        del language
        self._shown.append(ShownCode(phone, code.reveal()))
        _log.warning(f"SMS is not connected: code for {phone}: {code.reveal()}")

    def find_code(self, phone: str) -> str | None:
        """The latest code for a phone, as long as it is among the last fifty of this process."""
        return next((one.code for one in reversed(self._shown) if one.phone == phone), None)

    def list_codes(self) -> list[ShownCode]:
        """The latest codes of this process, the newest first."""
        return list(reversed(self._shown))
