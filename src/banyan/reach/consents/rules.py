"""How tokens look, how long they live, what may be asked for, and where people are sent back to."""

import base64
import hmac
from datetime import timedelta

from banyan.base.errors import Invalid, Refusal
from banyan.base.links import split_link
from banyan.reach.channels import Channel, ChannelKind
from banyan.reach.consents.types import Scope

CODE_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(hours=2)
REFRESH_LIFE = timedelta(days=30)
LOGIN_LIFE = timedelta(minutes=5)
KEPT = timedelta(days=1)
"""How long it is still known that a code or token once worked."""

_id_bytes = 8
_chance_bytes_min = 16
_text_characters_max = 200
_scopes = {
    ChannelKind.SERVICE: {Scope.BASE, Scope.PROFILE},
    ChannelKind.SUBSCRIPTION: set[Scope](),
    ChannelKind.MINIAPP: {Scope.APP, Scope.PHONE},
    ChannelKind.SITE: {Scope.LOGIN},
    ChannelKind.COMPONENT: set[Scope](),
}


def render_text(channel_id: int, chance: bytes) -> str:
    """The text of a token or ticket: whose it is, and what nobody can guess."""
    assert len(chance) >= _chance_bytes_min
    return base64.urlsafe_b64encode(channel_id.to_bytes(_id_bytes, "big") + chance).decode()


def read_channel_id(text: str) -> int | None:
    """Whose token or ticket it would be; None for a text that is none of ours."""
    if len(text) > _text_characters_max:
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) < _id_bytes + _chance_bytes_min or raw[0] >= 1 << 7:
        return None
    return int.from_bytes(raw[:_id_bytes], "big")


def check_scope(channel: Channel, scope: Scope) -> None:
    """Accept what channels of this kind may ask for. Raises Refusal `consents.wrong_scope`."""
    if scope not in _scopes[channel.kind]:
        raise Refusal("consents.wrong_scope", scope=scope.value)


def check_redirect(channel: Channel, redirect: str) -> str:
    """Accept a web address at the channel's own domain, and return its host.

    Raises Invalid `consents.redirect_malformed`, Refusal `consents.wrong_domain`.
    """
    parts = split_link(redirect)
    if parts is None:
        raise Invalid("consents.redirect_malformed")
    given = parts.netloc if ":" in channel.oauth_domain else parts.hostname
    if not channel.oauth_domain or (given or "").lower() != channel.oauth_domain:
        raise Refusal("consents.wrong_domain", host=parts.netloc[:200])
    return parts.netloc


def may_sign(session_key: str, signature: str) -> bool:
    """Whether somebody who knows the key of a mini program's session made the signature."""
    made = hmac.digest(session_key.encode(), b"", "sha256").hex()
    return hmac.compare_digest(made.encode(), signature.lower().encode())
