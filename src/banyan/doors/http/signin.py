"""Who asks: from the bearer token of a program or the cookie of our own pages to an actor."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from banyan.base.errors import Refusal
from banyan.base.secret import digest
from banyan.books.actor import NOBODY, Actor
from banyan.doors.http.limiter import Limiter, check_allowance
from banyan.doors.http.visit import Visit

SESSION_COOKIE = "banyan_session"
"""Holds a session's token in a browser: HttpOnly, SameSite=Lax."""
TTL_MAX_S = 5.0
"""How long a revoked session or key may at most still be taken for good, in any process."""

FindActor = Callable[[str], Awaitable[Actor | None]]
"""Answers who a token stands for, or None."""

_tokens_max = 50_000
_token_characters_max = 512
_safe_methods = frozenset({"GET", "HEAD", "OPTIONS"})


class SignIn:
    """Finds the actor of a request and remembers the answer for a moment."""

    def __init__(
        self, find_actor: FindActor, *, ttl_s: float = 2.0, guesses: Limiter | None = None
    ) -> None:
        """`guesses` limits how many unknown tokens an address may try: each costs a look-up."""
        assert 0 <= ttl_s <= TTL_MAX_S
        self._find_actor = find_actor
        self._ttl_s = ttl_s
        self._guesses = guesses
        self._known: dict[bytes, tuple[float, Actor]] = {}

    async def read_actor(self, visit: Visit, method: str) -> Actor:
        """The actor of this request, NOBODY without a token.

        Raises Refusal `sessions.required` for a bearer token that is unknown or revoked,
        `request.too_many` for too many of them, and `request.cross_site` when a cookie would
        change something on behalf of another site. A stale cookie is no sin: its bearer is
        nobody, and finds the sign-in page.
        """
        given = visit.headers.get(b"authorization")
        if given is not None:
            actor = await self._find(_bearer(given), visit.address)
            if actor is None:
                raise Refusal("sessions.required")
        else:
            token = find_cookie(visit.headers.get(b"cookie", b""), SESSION_COOKIE)
            if not token:
                return NOBODY
            if method not in _safe_methods:
                check_same_site(visit)
            actor = await self._find(token, visit.address)
            if actor is None:
                return NOBODY
        visit.actor_kind, visit.actor_id = actor.kind, actor.actor_id
        return actor

    async def read_anew(self, visit: Visit, method: str) -> Actor:
        """The actor of this request as of now; raises what `read_actor` raises."""
        given = visit.headers.get(b"authorization")
        cookies = visit.headers.get(b"cookie", b"")
        self.forget(find_cookie(cookies, SESSION_COOKIE) if given is None else _bearer(given))
        return await self.read_actor(visit, method)

    async def _find(self, token: str, address: str) -> Actor | None:
        """The actor behind a token, as of at most `ttl_s` seconds ago; None if there is none."""
        if not token or len(token) > _token_characters_max:
            return None
        key = digest(token)
        known = self._known.get(key)
        now = time.monotonic()
        if known is not None and known[0] > now:
            return known[1]
        if self._guesses is not None:
            check_allowance(self._guesses.look(address, now))
        actor = await self._find_actor(token)
        if actor is not None:
            self._remember(key, actor, now)
            return actor
        self._known.pop(key, None)
        if self._guesses is not None:
            self._guesses.take(address, now)
        return None

    def _remember(self, key: bytes, actor: Actor, now: float) -> None:
        if len(self._known) >= _tokens_max:
            self._known = {key: entry for key, entry in self._known.items() if entry[0] > now}
            if len(self._known) >= _tokens_max:
                self._known.clear()
        self._known[key] = (now + self._ttl_s, actor)

    def forget(self, token: str) -> None:
        """Ask again at the next request of this token: its grants or its session have changed."""
        self._known.pop(digest(token), None)

    def forget_all(self) -> None:
        """Ask again for everybody, as after the sandbox has emptied the database."""
        self._known.clear()


def check_same_site(visit: Visit) -> None:
    """Let our own scripts and forms pass; raise Refusal `request.cross_site` for others'.

    A cookie travels by itself, so it proves who the browser belongs to but not who made it ask.
    Other sites can neither set `X-Banyan` without our leave (it is no simple header) nor make a
    browser say `Sec-Fetch-Site: same-origin`. Where browsers do not say that, as to a shop's own
    address without HTTPS, the `Origin` of the page must be the host that is asked.
    """
    if b"x-banyan" in visit.headers:
        return
    site = visit.headers.get(b"sec-fetch-site")
    if site == b"same-origin" or (site is None and _is_from_here(visit)):
        return
    raise Refusal("request.cross_site")


def find_cookie(header: bytes, name: str) -> str:
    """The value of a cookie in a `Cookie` header, or an empty text."""
    wanted = name.encode()
    for pair in header.split(b";"):
        key, _, value = pair.strip().partition(b"=")
        if key == wanted:
            return value.decode("latin-1")
    return ""


def render_session_cookie(token: str, *, is_secure: bool, max_age_s: int) -> str:
    """The `Set-Cookie` value that signs a browser in; without token and `max_age_s`, out."""
    secure = "; Secure" if is_secure else ""
    return f"{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}"


def _is_from_here(visit: Visit) -> bool:
    host = visit.headers.get(b"host", b"")
    origin = visit.headers.get(b"origin", b"")
    return bool(host) and origin in {b"http://" + host, b"https://" + host}


def _bearer(header: bytes) -> str:
    kind, _, token = header.partition(b" ")
    if kind.lower() != b"bearer":
        raise Refusal("sessions.required")
    return token.strip().decode("latin-1")
