"""What goes between payment programs and WeChat Pay: keys, signatures, what is hidden, XML."""

from banyan.wire.wechat import Unreadable
from banyan.wire.wechatpay.bills import (
    digest_bill,
    pack_bill,
    parse_bill,
    render_bill,
    write_rate,
    write_yuan,
)
from banyan.wire.wechatpay.capital import Bank, Capital, list_branches, read_capital
from banyan.wire.wechatpay.hiding import (
    ALGORITHM,
    decrypt_field,
    encrypt_field,
    open_resource,
    seal_resource,
)
from banyan.wire.wechatpay.keys import PUBLIC_KEY_PREFIX, VALID_FOR, Pair, make_pair
from banyan.wire.wechatpay.signing import (
    SCHEME,
    Authorization,
    answer_text,
    is_signed,
    parse_authorization,
    request_text,
    sign,
    write_authorization,
)
from banyan.wire.wechatpay.v2 import (
    HMAC_SHA256,
    MD5,
    SIGN_TYPES,
    hide_v2,
    is_signed_v2,
    open_v2,
    parse_v2,
    render_v2,
    sign_v2,
)

__all__ = (
    "ALGORITHM",
    "HMAC_SHA256",
    "MD5",
    "PUBLIC_KEY_PREFIX",
    "SCHEME",
    "SIGN_TYPES",
    "VALID_FOR",
    "Authorization",
    "Bank",
    "Capital",
    "Pair",
    "Unreadable",
    "answer_text",
    "decrypt_field",
    "digest_bill",
    "encrypt_field",
    "hide_v2",
    "is_signed",
    "is_signed_v2",
    "list_branches",
    "make_pair",
    "open_resource",
    "open_v2",
    "pack_bill",
    "parse_authorization",
    "parse_bill",
    "parse_v2",
    "read_capital",
    "render_bill",
    "render_v2",
    "request_text",
    "seal_resource",
    "sign",
    "sign_v2",
    "write_authorization",
    "write_rate",
    "write_yuan",
)
