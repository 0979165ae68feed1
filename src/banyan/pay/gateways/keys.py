"""Seals and opens the keys of gateways."""

from typing import Any

import msgspec

from banyan.base.secret import Secret
from banyan.pay.gateways.ports import PORTS
from banyan.pay.gateways.rows import KeptGateway
from banyan.pay.gateways.types import Keys


def seal_keys(keys: Keys, merchant_id: int) -> bytes:
    """The keys, readable only with the server's own key."""
    text = msgspec.json.encode(keys, enc_hook=_reveal).decode()
    return PORTS.seal.close(text, str(int(merchant_id)))


def open_keys(kept: KeptGateway) -> Keys | None:
    """The keys of a gateway; None where they were removed."""
    if not kept.keys_sealed:
        return None
    text = PORTS.seal.open(kept.keys_sealed, str(int(kept.gateway.merchant_id)))
    return msgspec.json.decode(text, type=Keys, dec_hook=_wrap)  # type: ignore[no-any-return]


def _reveal(value: Any) -> str:  # noqa: ANN401 - the hook of an encoder
    assert isinstance(value, Secret)
    return value.reveal()


def _wrap(_kind: type[Any], value: Any) -> Secret:  # noqa: ANN401 - the hook of a decoder
    return Secret(str(value))
