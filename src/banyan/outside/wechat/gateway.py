"""Does an errand: calls WeChat as its SDK does, and says what came of it in our words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeAlias
from urllib.parse import quote

import msgspec
import requests
from wechatpy.exceptions import WeChatException

from banyan.base.errors import Trouble
from banyan.base.secret import digest
from banyan.outside.wechat.client import TOKEN_ERRCODES, WAIT_S, Client
from banyan.outside.wechat.errands import DO, Refused, Trip, TryAgain
from banyan.reach.remotes import ErrandKind, Found, ReadyErrand, RemoteKeys

_clients_max = 1_000


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What WeChat said."""

    errcode: int
    why: str = ""
    found: Found = Found()


Files: TypeAlias = Mapping[str, bytes]
"""The media that an errand needs, by the names they have here."""


class Gateway:
    """Speaks to WeChat in the name of accounts; its methods wait: they belong in a thread."""

    def __init__(self, host: str, public_url: str, now: Callable[[], datetime]) -> None:
        """`host` such as `https://api.weixin.qq.com`; links of ours begin with `public_url`."""
        self._host = host
        self._public_url = public_url
        self._now = now
        self._clients: dict[bytes, Client] = {}
        self._lock = threading.Lock()

    def run(self, ready: ReadyErrand, files: Files) -> Answer:
        """Do an errand. Raises TryAgain."""
        client = self._client(ready.keys)
        trip = Trip(
            client=client,
            errand_id=int(ready.errand.errand_id),
            fields=ready.errand.fields,
            names=ready.names,
            files=files,
            link=partial(self._link, int(ready.errand.channel_id)),
            now=self._now(),
        )
        for is_last in (False, True):
            try:
                return Answer(errcode=0, found=DO[ready.errand.kind](trip))
            except Refused as refused:
                return Answer(errcode=refused.errcode, why=refused.why)
            except WeChatException as error:
                if error.errcode is None:
                    raise TryAgain(f"unreachable: {type(error).__name__}") from error
                if error.errcode in TOKEN_ERRCODES and not is_last:
                    client.forget_token()
                    continue
                return Answer(errcode=int(error.errcode), why=str(error.errmsg or ""))
            except requests.ConnectTimeout as error:
                raise TryAgain(f"unreachable: {type(error).__name__}") from error
            except (requests.RequestException, ValueError, KeyError) as error:
                is_doubtful = ready.errand.kind is ErrandKind.WRITE and not _never_sent(error)
                raise TryAgain(
                    f"unreachable: {type(error).__name__}", is_doubtful=is_doubtful
                ) from error
        raise AssertionError("the second time is the last")

    async def find_openid(self, keys: RemoteKeys, code: str) -> str | None:
        """Who brought this code from WeChat's pages; None for one that it does not know.

        Raises Trouble `remotes.unreachable`.
        """
        try:
            return await asyncio.to_thread(self._find_openid, keys, code)
        except (requests.RequestException, ValueError) as error:
            raise Trouble("remotes.unreachable", why=type(error).__name__) from error

    def _find_openid(self, keys: RemoteKeys, code: str) -> str | None:
        query = {
            "appid": keys.appid,
            "secret": keys.secret.reveal(),
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = requests.get(f"{self._host}/sns/oauth2/access_token", params=query, timeout=WAIT_S)
        openid = answer.json().get("openid")
        return str(openid) if openid else None

    def _client(self, keys: RemoteKeys) -> Client:
        key = digest(f"{keys.appid} {keys.secret.reveal()}")
        with self._lock:
            client = self._clients.get(key)
            if client is None:
                if len(self._clients) >= _clients_max:
                    self._clients.clear()
                client = self._clients[key] = Client(keys.appid, keys.secret.reveal(), self._host)
        return client

    def _link(self, channel_id: int, link: str) -> str:
        """An address; a path of ours leads through the page that signs people in."""
        if not link.startswith("/"):
            return link
        return f"{self._public_url}/enter/{channel_id:d}?next={quote(link)}"


def _never_sent(error: Exception) -> bool:
    """Whether no connection was made at all."""
    reasons = [getattr(one, "reason", one) for one in error.args]
    return any(type(one).__name__ == "NewConnectionError" for one in reasons)
