"""The address by which a browser brings the answer of an authorisation back to who asked."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit


def render_redirect(redirect: str, code: str, state: str) -> str:
    """The address with the answer in its query; without a code when the person said no.

    The rest of it, also what follows `#`, stays as it was.
    """
    return add_to_link(redirect, ({"code": code} if code else {}) | {"state": state})


def add_to_link(url: str, fields: Mapping[str, str]) -> str:
    """The address with these fields at the end of its query; what follows `#` stays."""
    parts = urlsplit(url)
    told = urlencode(fields)
    query = f"{parts.query}&{told}" if parts.query else told
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
