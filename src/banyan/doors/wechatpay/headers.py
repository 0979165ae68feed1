"""The headers by which programs know that what they read is ours."""

from __future__ import annotations

import secrets
from datetime import datetime

from banyan.pay.payees import PlatformKey
from banyan.wire.wechatpay import SCHEME, answer_text, sign


def signed_headers(pair: PlatformKey, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a body that is signed by one of our pairs."""
    timestamp, nonce = str(int(at.timestamp())), secrets.token_hex(16)
    text = answer_text(timestamp, nonce, body)
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": pair.serial,
        "Wechatpay-Signature": sign(pair.private_key_pem.reveal(), text),
        "Wechatpay-Signature-Type": SCHEME,
    }
