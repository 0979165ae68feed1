"""Our certificates, and the call by which programmers see whether their keys work."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import msgspec

from banyan.base.errors import Refusal
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.errors import NO_CERTIFICATE
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.notifications import TRIED, Telling, Trial, TryNotification, try_notification
from banyan.pay.payees import KeyMode
from banyan.wire.wechatpay import ALGORITHM, encrypt_field, seal_resource

_associated = "certificate"
_nonce_bytes = 6
_hidden_max = 1_000


class EchoBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come back, openly and hidden."""

    echo_message: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    encrypted_echo_message: Annotated[str, msgspec.Meta(max_length=_hidden_max)] = ""
    notify_url: Annotated[str, msgspec.Meta(max_length=256)] = ""


@endpoint("GET", "/v3/certificates", lacks="certificates of SM2")
async def certificates(call: Call) -> dict[str, Any]:
    """Our certificates that have not ended, each sealed by the merchant's key."""
    if call.payee.mode is KeyMode.PUBLIC_KEY:
        raise NO_CERTIFICATE
    key = call.keys.keys.apiv3_key
    if key is None:
        raise Refusal("payees.no_api_key")
    items = []
    for one in call.pairs.certificates:
        nonce = secrets.token_hex(_nonce_bytes)
        plain = one.certificate_pem.encode()
        sealed = {
            "algorithm": ALGORITHM,
            "nonce": nonce,
            "associated_data": _associated,
            "ciphertext": seal_resource(key.reveal(), plain, _associated, nonce),
        }
        items.append(
            {
                "serial_no": one.serial,
                "effective_time": wire_time(one.effective_at),
                "expire_time": wire_time(one.expires_at),
                "encrypt_certificate": sealed,
            }
        )
    return {"data": items}


@endpoint("POST", "/v3/security/echo")
async def echo(call: Call, body: EchoBody) -> dict[str, Any]:
    """What was said, once more; the server is told it too if one is named."""
    hidden = call.decrypt(body.encrypted_echo_message, "encrypted_echo_message")
    if body.notify_url:
        trying = call.command(TryNotification, url=body.notify_url, message=body.echo_message)
        await call.run(try_notification, trying)
    told = {"echo_message": body.echo_message}
    if hidden:
        told["encrypted_echo_message"] = call.encrypt(hidden)
    return told


@renders(TRIED)
async def tell_trial(directory: Directory, telling: Telling, said: Trial) -> Told:
    """The server is told what it asked to be told."""
    mchid = await directory.find_mchid(int(telling.notification.merchant_id))
    keys = await directory.read_keys(mchid)
    resource = {"echo_message": said.message}
    if keys.certificates:
        pem = keys.certificates[0].public_key_pem
        # No key of this kind hides more at once.
        resource["encrypt_echo_message"] = encrypt_field(pem, said.message[:50])
    return Told(
        event_type="SECURITY_ECHO.SUCCESS",
        original_type="security",
        summary="安全联通性测试",
        resource=resource,
    )
