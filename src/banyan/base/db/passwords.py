"""Keeps the password of a database's address out of the command lines of programs."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit


def hide_password(dsn: str) -> tuple[str, dict[str, str]]:
    """Return the address without its password, and the variables that give it to a program.

    Anybody on the machine may read a command line; an environment only its owner and root.
    """
    parts = urlsplit(dsn)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    query = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key == "password":
            password = quote(value)
        else:
            query.append((key, value))
    if not password:
        return dsn, {}
    netloc = f"{name}@{host}" if name else host
    rest = f"?{urlencode(query, quote_via=quote)}" if query else ""
    # Put together here: `geturl` leaves out the slashes before a host that is not told.
    return f"{parts.scheme}://{netloc}{parts.path}{rest}", {"PGPASSWORD": unquote(password)}
