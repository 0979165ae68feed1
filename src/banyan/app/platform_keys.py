"""Banyan's own pairs, which it signs by to payment programs: made when missing, renewed in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from banyan.base.clock import Clock
from banyan.base.secret import Secret, new_digits
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.pay.payees import (
    ROTATED_BEFORE,
    AddPlatformKey,
    PlatformKey,
    PlatformKeys,
    PlatformKind,
    ReadPlatformKeys,
    add_platform_key,
    read_platform_keys,
)
from banyan.wire.wechatpay import PUBLIC_KEY_PREFIX, make_pair

_name = "Banyan Pay"
_ttl_s = 30.0
_id_digits = 30


class Platform:
    """Reads our own pairs and remembers them for a while; makes those that are missing."""

    def __init__(self, office: Office, now: Callable[[], datetime] | None = None) -> None:
        """`now` is the real time, whatever a test server makes of its own."""
        self._office = office
        self._now = now or Clock().now
        self._known: PlatformKeys | None = None
        self._until_s = 0.0
        self._lock = asyncio.Lock()

    async def __call__(self) -> PlatformKeys:
        """Those that are good, of each kind the latest first."""
        if self._known is not None and time.monotonic() < self._until_s:
            return self._known
        async with self._lock:
            if self._known is None or time.monotonic() >= self._until_s:
                self._known = await self._read()
                self._until_s = time.monotonic() + _ttl_s
            return self._known

    def forget(self) -> None:
        """Ask again."""
        self._known = None

    async def _read(self) -> PlatformKeys:
        at = self._now()
        known = await self._office.run(read_platform_keys, ReadPlatformKeys(at=at), SYSTEM)
        for kind in PlatformKind:
            is_there = any(
                one.kind is kind and one.expires_at > at + ROTATED_BEFORE for one in known.items
            )
            if not is_there:
                key = await asyncio.to_thread(make_platform_key, kind, at)
                command = AddPlatformKey(at=at, key=key)
                known = await self._office.run(add_platform_key, command, SYSTEM)
        return known


def make_platform_key(kind: PlatformKind, at: datetime) -> PlatformKey:
    """A fresh pair of a kind. It takes a while: call it off the loop."""
    pair = make_pair(_name, "Banyan", at)
    is_certificate = kind is PlatformKind.CERTIFICATE
    return PlatformKey(
        kind=kind,
        serial=pair.serial_no if is_certificate else PUBLIC_KEY_PREFIX + new_digits(_id_digits),
        private_key_pem=Secret(pair.private_key_pem),
        public_key_pem=pair.public_key_pem,
        certificate_pem=pair.certificate_pem if is_certificate else "",
        effective_at=pair.effective_at,
        expires_at=pair.expires_at,
    )
