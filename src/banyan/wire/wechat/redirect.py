"""The address by which a browser brings the answer of an authorisation back to who asked."""

from urllib.parse import urlencode, urlsplit, urlunsplit


def render_redirect(redirect: str, code: str, state: str) -> str:
    """The address with the answer in its query; without a code when the person said no.

    The rest of it, also what follows `#`, stays as it was.
    """
    parts = urlsplit(redirect)
    told = urlencode(({"code": code} if code else {}) | {"state": state})
    query = f"{parts.query}&{told}" if parts.query else told
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
