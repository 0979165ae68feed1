"""One request for a page, and the answers that its handler can give."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.base.ids import Id
from banyan.base.json import encode
from banyan.base.money import CNY
from banyan.base.secret import digest
from banyan.books.actor import Actor
from banyan.books.work import Operation
from banyan.doors.http import Answer, SignIn, Visit, find_text, render_session_cookie
from banyan.doors.http.money import format_money
from banyan.doors.http.signin import SESSION_COOKIE, find_cookie
from banyan.doors.pages.forms import Form, Minor, Wrong
from banyan.doors.pages.shell import (
    Flash,
    Frame,
    Pages,
    choose_language,
    page_headers,
    translate,
)
from banyan.reach.remotes import RemoteKeys

C = TypeVar("C")
R = TypeVar("R")
I = TypeVar("I", bound=Id)  # noqa: E741 - the letter of an id

LANGUAGE_COOKIE = "lang"
FLASH_COOKIE = "flash"
YEAR_S = 365 * 24 * 3600

_HTML = b"text/html; charset=utf-8"
_flash_characters_max = 1_500
_flash_s = 60
_back_characters_max = 3_000
_digits_max = 19
_id_max = 2**63 - 1


class Office(Protocol):
    """What the pages ask of the books."""

    async def run(
        self, operation: Operation[C, R], command: C, actor: Actor, *, key: str = ""
    ) -> R:
        """The operation's result; raises Failure."""


ReadOpenid = Callable[[RemoteKeys, str], Awaitable[str | None]]
"""Who brought a code from WeChat's pages; None for one that it does not know.

Raises Trouble `remotes.unreachable`.
"""
MakeKeys = Callable[[], Awaitable[object]]
"""Makes the keys by which this server signs to payment programs, where they are missing."""
FindCode = Callable[[str], str | None]
"""The one-time code last shown for a phone in E.164 form, by the process that was asked."""


@dataclass(frozen=True)
class Sample:
    """Somebody to be in the demo town, or somewhere to go."""

    label: str
    """A phone, or a shop."""
    name: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Samples:
    """Where to begin in the demo town."""

    people: tuple[Sample, ...] = ()
    places: tuple[Sample, ...] = ()


NO_SAMPLES = Samples()


@dataclass(frozen=True)
class Facts:
    """What pages need to know of how this Banyan is set up."""

    public_url: str
    is_secure: bool
    is_production: bool
    samples: Samples = NO_SAMPLES
    find_code: FindCode | None = None
    """Where no SMS provider is connected; None in production."""
    wechat_pages_url: str = ""
    """Where WeChat's pages are, on which people say who they are."""
    read_openid: ReadOpenid | None = None
    make_keys: MakeKeys | None = None


@dataclass(frozen=True)
class House:
    """What all pages of a process share."""

    office: Office
    pages: Pages
    sign_in: SignIn
    facts: Facts
    now: Callable[[], datetime]


class Ask:
    """One request: who asks, in which language, for what; `run`, `page` and `go` answer it."""

    def __init__(  # noqa: PLR0913 - the parts of a request
        self,
        house: House,
        visit: Visit,
        *,
        method: str,
        path: str,
        actor: Actor,
        query: Form,
        form: Form,
        values: Mapping[str, str],
        query_text: str = "",
    ) -> None:
        self.house = house
        self.visit = visit
        self.method = method
        self.path = path
        self.actor = actor
        self.query = query
        self.form = form
        self.values = values
        """What the `{names}` of the route stand for."""
        self.query_text = query_text
        self.language = choose_language(
            actor.language if actor.person_id else None,
            self.cookie(LANGUAGE_COOKIE) or None,
            visit.header(b"accept-language"),
        )
        self.key = new_key()
        """For the forms of this page: sent twice, they act once."""
        self._cookies: list[str] = []

    # ---- who asks, and what for

    @property
    def is_signed_in(self) -> bool:
        """Whether a person asks."""
        return bool(self.actor.person_id)

    @property
    def is_htmx(self) -> bool:
        """Whether a script of ours asks for a part of a page."""
        return b"hx-request" in self.visit.headers and b"hx-boosted" not in self.visit.headers

    @property
    def here(self) -> str:
        """The address asked for, with its query."""
        return f"{self.path}?{self.query_text}" if self.query_text else self.path

    def cookie(self, name: str) -> str:
        """A cookie's value, or an empty text."""
        return find_cookie(self.visit.headers.get(b"cookie", b""), name)

    def id(self, name: str, kind: type[I]) -> I:
        """The id in the path under a name. Raises NotFound `request.not_found`."""
        return parse_id(self.values[name], kind)

    def words(self, text: str, **params: object) -> str:
        """A sentence in the language of the page."""
        return translate(self.language, text, **params)

    # ---- doing something

    async def run(self, operation: Operation[C, R], command: C, *, key: str = "") -> R:
        """Run an operation as the one who asks. Raises Failure.

        With `key`, the hidden field of a form, sending the same form twice acts once; the same
        key with other content is another action, as when somebody went back and changed it.
        """
        if not self.actor.actor_id:
            key = ""
        if key:
            told = f"{operation.name}\0{encode(command).decode()}"
            key = f"{key}.{digest(told).hex()[:16]}"
        return await self.house.office.run(operation, command, self.actor, key=key)

    async def become(self, token: str, max_age_s: int) -> None:
        """Sign the browser in by a session's token, and go on as its person."""
        self.set_session(token, max_age_s)
        visit = copy(self.visit)
        visit.headers = {**visit.headers, b"authorization": b"Bearer " + token.encode("latin-1")}
        self.actor = await self.house.sign_in.read_actor(visit, "GET")

    def forget_session(self) -> None:
        """Sign the browser out, here and at once."""
        self.house.sign_in.forget(self.cookie(SESSION_COOKIE))
        self.set_session("", 0)

    async def renew_actor(self) -> None:
        """Ask again who this is, after their grants or their language changed."""
        self.house.sign_in.forget(self.cookie(SESSION_COOKIE))
        self.actor = await self.house.sign_in.read_actor(self.visit, "GET")

    # ---- answering

    def page(self, template: str, frame: Frame, *, status: int = 200, **values: object) -> Answer:
        """A whole page."""
        text = self.house.pages.render(template, frame, ask=self, **values)
        return self._html(text, status)

    def block(
        self, template: str, block: str, frame: Frame, *, status: int = 200, **values: object
    ) -> Answer:
        """One block of a page, for HTMX to put in its place."""
        text = self.house.pages.render_block(template, block, frame, ask=self, **values)
        return self._html(text, status)

    def file(self, content: bytes, media_type: str, *, name: str = "") -> Answer:
        """A file to show, or with a name to save."""
        headers = self._headers()
        if name:
            disposition = f"attachment; filename*=UTF-8''{quote(name)}"
            headers += ((b"content-disposition", disposition.encode()),)
        return Answer(200, content, media_type.encode(), headers)

    def go(self, href: str, flash: str = "", *, kind: str = "success", **params: object) -> Answer:
        """Send the browser on, with a notice (to be translated) for the next page."""
        if flash:
            self.flash(flash, kind, **params)
        location = quote(href, safe="/?&=#%:;,.~-_+@!$'()*[]")
        if self.is_htmx:
            return Answer(204, b"", headers=(*self._headers(), (b"hx-redirect", location.encode())))
        return Answer(303, b"", _HTML, (*self._headers(), (b"location", location.encode())))

    def flash(self, text: str, kind: str = "success", **params: object) -> None:
        """Have a notice shown on the next page."""
        told = msgspec.json.encode({"text": self.words(text, **params), "kind": kind})
        value = base64.urlsafe_b64encode(told).decode().rstrip("=")
        if len(value) <= _flash_characters_max:
            self.set_cookie(FLASH_COOKIE, value, _flash_s)

    def take_flashes(self) -> tuple[Flash, ...]:
        """The notices for this page; they are shown once."""
        given = self.cookie(FLASH_COOKIE)
        if not given:
            return ()
        self.set_cookie(FLASH_COOKIE, "", 0)
        try:
            told = base64.urlsafe_b64decode(given[:_flash_characters_max] + "===")
            return (msgspec.json.decode(told, type=Flash),)
        except (ValueError, msgspec.MsgspecError):
            return ()

    def set_cookie(self, name: str, value: str, max_age_s: int) -> None:
        """Have the browser keep this, where no script can read it."""
        secure = "; Secure" if self.house.facts.is_secure else ""
        self._cookies.append(
            f"{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}"
        )

    def set_session(self, token: str, max_age_s: int) -> None:
        """Sign the browser in with a session's token; without one, out."""
        is_secure = self.house.facts.is_secure
        self._cookies.append(render_session_cookie(token, is_secure=is_secure, max_age_s=max_age_s))

    def explain(self, failure: Failure) -> str:
        """What a failure says to a person."""
        return find_text(failure.code, self.language.value, failure.fields)

    def mistakes(
        self,
        failure: Failure,
        places: Mapping[str, str] | None = None,
        currency: str = CNY.code,
    ) -> dict[str, str]:
        """What to write beside which field; `places` says where the code of a failure belongs.

        An empty name stands for the form as a whole. Amounts in a form are of this currency.
        """
        if isinstance(failure, Wrong):
            return {
                name: self.words(
                    one.text,
                    **{
                        key: format_money(self.language.locale, value, currency)
                        if isinstance(value, Minor)
                        else value
                        for key, value in one.params.items()
                    },
                )
                for name, one in failure.errors.items()
            }
        return {(places or {}).get(failure.code, ""): self.explain(failure)}

    def _html(self, text: str, status: int) -> Answer:
        headers = self._headers()
        if self.method == "POST" and status == HTTPStatus.UNPROCESSABLE_ENTITY:
            # Going back to a form that was refused shows it again; unkept, it would be an error.
            headers += ((b"cache-control", b"private, no-cache"),)
        return Answer(status, text.encode(), _HTML, headers)

    def _headers(self) -> tuple[tuple[bytes, bytes], ...]:
        cookies = tuple((b"set-cookie", one.encode("latin-1")) for one in self._cookies)
        return (*fixed_headers, (b"content-language", self.language.tag.encode()), *cookies)


fixed_headers = tuple(
    (name.encode(), value.encode())
    for name, value in page_headers.items()
    if name != "x-content-type-options"  # every answer of ours says so
)


def new_key() -> str:
    """An idempotency key for a form that acts."""
    return secrets.token_urlsafe(12)


def parse_id(text: str, kind: type[I]) -> I:
    """An id from an address. Raises NotFound `request.not_found`."""
    if not (text.isascii() and text.isdigit() and len(text) <= _digits_max):
        raise NotFound("request.not_found")
    number = int(text)
    if number > _id_max:
        raise NotFound("request.not_found")
    return kind(number)


def own_path(text: str, default: str = "/") -> str:
    """An address of ours to go to, or the default for one that leads elsewhere."""
    if not text.startswith("/") or text.startswith(("//", "/\\")):
        return default
    if len(text) > _back_characters_max or any(c in text for c in "\r\n\t\\\0"):
        return default
    return text


def back_path(visit: Visit, default: str = "/") -> str:
    """The page of ours from which the browser came, or the default."""
    parts = urlsplit(visit.header(b"referer"))
    if not parts.netloc or parts.netloc.encode("latin-1", "replace") != visit.headers.get(b"host"):
        return default
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, default)


__all__ = (
    "NO_SAMPLES",
    "Ask",
    "Facts",
    "House",
    "Office",
    "Sample",
    "Samples",
    "back_path",
    "fixed_headers",
    "new_key",
    "own_path",
    "parse_id",
)
