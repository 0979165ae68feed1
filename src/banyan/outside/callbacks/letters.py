"""Writes pushes as letters, and reads what comes back."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec

from banyan.reach.pushes import (
    Delivered,
    Letter,
    Outcome,
    PushFormat,
    PushMode,
    Reply,
    TakenPush,
    TakenServer,
)
from banyan.wire.wechat import (
    Envelope,
    Handshake,
    Told,
    Unreadable,
    parse_reply,
    render_handshake,
    render_push,
)

_chance_bytes = 16
_nonce_max = 10**10


def told_of(taken: TakenPush) -> Told:
    """What a push says, as the protocol sees it."""
    push = taken.push
    return Told(
        appid=taken.to.channel.appid,
        original_id=taken.to.channel.original_id,
        openid=push.openid,
        kind=push.kind.value,
        created_s=int(push.created_at.timestamp()),
        message_id=int(push.push_id),
        fields=push.fields,
    )


def write_push(taken: TakenPush, at: datetime) -> Letter:
    """The letter of a push, signed afresh; what it says is the same at every try."""
    to = taken.to
    mode = to.server.mode
    shake = _shake(to, at, is_encrypted=mode is not PushMode.PLAIN, is_open=mode.is_open)
    is_json = to.server.format is PushFormat.JSON
    query, body = render_push(told_of(taken), shake, is_json=is_json)
    push = taken.push
    person = {"openid": push.openid, "person": str(int(push.person_id))}
    facts = _facts(to) | person | {"kind": push.kind.value}
    media_type = "application/json" if is_json else "text/xml"
    return Letter(url=to.server.url, query=query, body=body, facts=facts, media_type=media_type)


def write_check(to: TakenServer, at: datetime) -> tuple[Letter, bytes]:
    """The letter by which a server is asked to prove itself, and what it must answer."""
    echo = str(secrets.randbelow(_nonce_max * _nonce_max))
    query = render_handshake(_shake(to, at, is_encrypted=False, is_open=True), echo)
    facts = _facts(to) | {"kind": "echo"}
    return Letter(url=to.server.url, query=query, body=None, facts=facts), echo.encode()


def read_answer(taken: TakenPush, delivered: Delivered) -> tuple[Outcome, Reply | None]:
    """What came of a push, with the server's words for the person. Raises Unreadable."""
    if delivered.body is None or delivered.outcome is not Outcome.ACKNOWLEDGED:
        return delivered.outcome, None
    to = taken.to
    envelopes = [] if to.server.mode is PushMode.PLAIN else _envelopes(to)
    found = parse_reply(
        delivered.body,
        taken.push.openid,
        to.secrets.token.reveal(),
        envelopes=envelopes,
        is_open=to.server.mode.is_open,
    )
    if found is None:
        return Outcome.ACKNOWLEDGED, None
    try:
        return Outcome.REPLIED, msgspec.convert(found, Reply)
    except msgspec.ValidationError:
        raise Unreadable("its fields are not what they must be") from None


def _shake(to: TakenServer, at: datetime, *, is_encrypted: bool, is_open: bool) -> Handshake:
    return Handshake(
        token=to.secrets.token.reveal(),
        timestamp=str(int(at.timestamp())),
        nonce=str(secrets.randbelow(_nonce_max)),
        envelope=_envelopes(to)[0] if is_encrypted else None,
        chance=secrets.token_bytes(_chance_bytes) if is_encrypted else b"",
        is_open=is_open,
    )


def _envelopes(to: TakenServer) -> list[Envelope]:
    keys = [to.secrets.aes_key, to.secrets.old_aes_key]
    return [Envelope(key.reveal(), to.sealed_for) for key in keys if key is not None]


def _facts(to: TakenServer) -> dict[str, str]:
    return {"appid": to.channel.appid, "url": to.server.url}
