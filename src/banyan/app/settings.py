"""What an operator can set: each setting is an environment variable `BANYAN_...` or a flag."""

from __future__ import annotations

import ast
import inspect
import ipaddress
import os
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec

from banyan.base.errors import Invalid
from banyan.base.secret import Secret
from banyan.base.text import normal_phone

PREFIX = "BANYAN_"
_token_characters_min = 32
_schemes = ("postgresql://", "postgres://")


class LogForm(StrEnum):
    """How log lines look."""

    AUTO = "auto"
    """Text on a terminal, JSON elsewhere."""
    JSON = "json"
    TEXT = "text"


_NO_SECRET = Secret("")
Url = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$(?!\n)")]
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting; the sentence under each is also its entry in the reference."""

    host: str = "127.0.0.1"
    """The address to listen at."""
    port: Port = 8000
    """The port to listen at."""
    base_url: Url = ""
    """Where people reach this server, printed into codes and links. Empty: `http://host:port`."""
    data: Path = Path("data")
    """The folder of files, keys and the embedded PostgreSQL server."""
    database_url: Secret = _NO_SECRET
    """A PostgreSQL server of your own, 16 or later. Empty: the embedded one is started."""
    workers: Count = 1
    """How many processes serve: one a core at most."""
    pool: Count = 16
    """Most connections to the database that one process opens."""
    production: bool = False
    """Refuse all that only stands in for the outside: test bank, codes on the console, sandbox."""
    secret_key: Secret = _NO_SECRET
    """At least 32 characters by which codes and phones are unreadable in the database; the same
    on all machines. Empty: made once and kept in the data folder."""
    sandbox: bool = False
    """Mount `/sandbox`, which plays people, moves the clock and breaks things on purpose."""
    sandbox_token: Secret = _NO_SECRET
    """What each sandbox call must bear; required beyond the loopback address."""
    metrics_token: Secret = _NO_SECRET
    """What whoever reads `/metrics` must bear, at least 32 characters. Empty: only programs on this
    machine may read it, and nobody in production or where a proxy is to be expected: one of your
    `proxies`, or a `base_url` with HTTPS."""
    operators: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    """Phones, separated by commas, of the people who look after the whole platform: they decide
    what accounts may let others see. Empty: nobody; in the demo, two of the town's people."""
    demo: bool = False
    """Plant the demo town before serving; nothing happens when it is there."""
    proxies: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    """How many reverse proxies of your own stand in front and add to `X-Forwarded-For`: by them
    the caller's address is known."""
    rate_per_s: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 100.0
    """API calls a second that an actor, or an address that is not signed in, may make for ever, in
    each process. 0: no limit."""
    rate_burst: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1_000
    """API calls that may come at once."""
    actor_ttl_s: Annotated[float, msgspec.Meta(ge=0, le=5)] = 2.0
    """How long a process remembers whom a token stands for: a revoked one works no longer."""
    callback_wait_s: Annotated[float, msgspec.Meta(ge=0.1, le=15)] = 5.0
    """How long the server of an official account's own program has to answer."""
    callbacks_private: bool = False
    """Let the servers of official accounts stand in private networks; with the sandbox they always
    may, in production never."""
    speech_models: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    """A folder with a subfolder for each further language in which voices are heard, such as
    `zh_CN`, each with models in the form of CMU Sphinx. Empty: English alone."""
    wechat_rids: bool = True
    """Let errors of WeChat's interface end with the name of the request, as WeChat's do; whoever
    compares them to the letter switches it off."""
    wechat_url: Url = "https://api.weixin.qq.com"
    """Where WeChat's interface is, for accounts that act through the real WeChat."""
    wechat_pages_url: Url = "https://open.weixin.qq.com"
    """Where WeChat's pages are, on which people say who they are."""
    wechatpay_url: Url = "https://api.mch.weixin.qq.com"
    """Where WeChat Pay's interface is, for merchants who are paid through the real WeChat Pay."""
    alipay_url: Url = "https://openapi.alipay.com"
    """Where Alipay's gateway is, for merchants who are paid through the real Alipay."""
    log: LogForm = LogForm.AUTO
    """`json`, `text`, or `auto`: text on a terminal, JSON elsewhere."""
    access_log: bool = True
    """Write a line for each request."""

    @property
    def public_url(self) -> str:
        """Where people reach this server, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def files(self) -> Path:
        """The folder of pictures and other files of people and shops."""
        return self.data / "files"

    @property
    def is_secure(self) -> bool:
        """Whether people come by HTTPS, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def is_behind_proxy(self) -> bool:
        """Whether whoever asks from this machine may be a proxy that passes on anybody."""
        return self.production or self.proxies > 0 or self.is_secure

    @property
    def may_call_private(self) -> bool:
        """Whether what merchants name may be called in private networks."""
        return (self.sandbox or self.callbacks_private) and not self.production

    @property
    def shows_codes(self) -> bool:
        """Whether the sign-in page itself shows the code: only where everybody is made up."""
        return (self.demo or self.sandbox) and not self.production


class SettingLine(msgspec.Struct, frozen=True):
    """A setting as the reference shows it."""

    variable: str
    default: str
    says: str


def read_settings(
    flags: Mapping[str, object] = MappingProxyType({}),
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of the environment, with flags that are not None over them.

    Raises Invalid `settings.invalid` for a value that does not fit, and for a `BANYAN_` variable
    that is none: a slip of the pen must not silently do nothing.
    """
    given: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    given |= {name: value for name, value in flags.items() if value is not None}
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise Invalid("settings.invalid", why=str(error).replace("`$.", "`")) from None
    check_settings(settings)
    return settings


def render_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables, for the worker processes."""
    return {
        f"{PREFIX}{name.upper()}": _encode(getattr(settings, name))
        for name in settings.__struct_fields__
    }


def describe_settings() -> list[SettingLine]:
    """Every setting for the reference, with the sentence under it."""
    (body,) = [
        one.body
        for one in ast.parse(inspect.getsource(Settings)).body
        if isinstance(one, ast.ClassDef)
    ]
    said = {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
    return [
        SettingLine(f"{PREFIX}{one.name.upper()}", _encode(one.default), said[one.name])
        for one in msgspec.structs.fields(Settings)
    ]


def check_settings(settings: Settings) -> None:
    """Raise Invalid for settings that contradict each other or would open a door to strangers."""
    url = settings.database_url.reveal()
    if url and not url.startswith(_schemes):
        # The address itself is not told: there may be a password in it.
        raise Invalid("settings.database_url_malformed")
    if settings.data.exists() and not settings.data.is_dir():
        raise Invalid("settings.data_not_folder", path=str(settings.data))
    parse_operators(settings.operators)
    if settings.sandbox and settings.production:
        raise Invalid("settings.sandbox_in_production")
    if settings.callbacks_private and settings.production:
        raise Invalid("settings.callbacks_private_in_production")
    if settings.sandbox and settings.workers > 1:
        # What shall go wrong is kept in the memory of the process that was asked.
        raise Invalid("settings.sandbox_is_one_worker", workers=settings.workers)
    if 0 < len(settings.metrics_token.reveal()) < _token_characters_min:
        raise Invalid(
            "settings.token_short",
            variable=f"{PREFIX}METRICS_TOKEN",
            characters_min=_token_characters_min,
        )
    has_token = bool(settings.sandbox_token.reveal())
    if settings.sandbox and not has_token and not is_loopback(settings.host):
        raise Invalid("settings.sandbox_needs_token", host=settings.host)


def parse_operators(phones: str) -> frozenset[str]:
    """The phones of the operators in E.164 form. Raises Invalid `people.phone_malformed`."""
    return frozenset(normal_phone(one) for one in phones.split(",") if one.strip())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _decode(kind: type[Any], value: object) -> object:
    if kind is Secret:
        return value if isinstance(value, Secret) else Secret(str(value))
    if issubclass(kind, Path):
        return Path(str(value))
    raise NotImplementedError(kind.__name__)


def _encode(value: object) -> str:
    match value:
        case Secret():
            return value.reveal()
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
