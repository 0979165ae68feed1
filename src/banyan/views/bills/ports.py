"""Links to bills: sealed words of who may fetch which bill until when, so that none are stored."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from banyan.base.errors import Trouble
from banyan.base.json import decode_special, encode
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.parties.ids import MerchantId
from banyan.views.bills.types import Part

_label = "link"


class BillKind(StrEnum):
    """What a bill tells."""

    TRADE = "trade"
    FUNDS = "funds"
    SHARES = "shares"


class BillLink(msgspec.Struct, frozen=True, kw_only=True):
    """One bill, for one merchant, for a while."""

    merchant_id: MerchantId
    """Who may fetch it."""
    kind: BillKind
    on: date
    expires_at: datetime
    payee_id: MerchantId = MerchantId(0)
    """Whose bill it is, if not the fetcher's own."""
    part: Part = Part.ALL
    is_packed: bool = False
    key: str = ""
    """By which the file is hidden; empty if it is not."""
    nonce: str = ""


class Links:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "bills")

    def write(self, link: BillLink) -> str:
        """What stands in an address for a bill."""
        return self._own.close(encode(link).decode(), _label).hex()

    def read(self, token: str) -> BillLink | None:
        """The bill of an address; None for what strangers made up."""
        try:
            found = self._own.find(bytes.fromhex(token), _label)
        except ValueError:
            return None
        if found is None:
            return None
        return msgspec.json.decode(found, type=BillLink, dec_hook=decode_special)

    @property
    def _own(self) -> Seal:
        if self._seal is None:
            raise Trouble("bills.no_key")
        return self._seal


PORTS = Links()
