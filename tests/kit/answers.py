"""Which methods of WeChat Pay's SDK are answered: tests claim them, and are held to what they say.

A test that is marked `@answers("pay", "query")` runs in each key mode, and fails unless these
methods were answered well in it, in this mode. Hence what all tests claim together is true wherever
and in whichever parts they are run; tests/doors/wechatpay/test_methods.py counts it.
"""

# ruff: noqa: ANN401 - what stands around the SDK passes on whatever it is asked

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from wechatpayv3 import WeChatPay

from banyan.pay.payees import KeyMode

MODES = (KeyMode.CERTIFICATE, KeyMode.PUBLIC_KEY)
"""The ways in which programs know us."""
METHODS = frozenset(
    name
    for name, _ in inspect.getmembers(WeChatPay, inspect.isfunction)
    if not name.startswith("_")
)
"""All that the SDK offers to programs."""

_answered: set[tuple[str, KeyMode]] = set()


def answers(*methods: str) -> Callable[[Any], Any]:
    """Claim that these methods are answered in a test, in each key mode."""

    def wrap(test: Any) -> Any:
        return pytest.mark.usefixtures("mode")(pytest.mark.answers(*methods)(test))

    return wrap


@contextmanager
def watching() -> Iterator[set[tuple[str, KeyMode]]]:
    """The methods that are answered well from now on, and in which key mode."""
    _answered.clear()
    yield _answered


class Watched:
    """The SDK as it is; which of its methods were answered is written down."""

    def __init__(self, sdk: WeChatPay, mode: KeyMode) -> None:
        self._sdk = sdk
        self._mode = mode

    def __getattr__(self, name: str) -> Any:
        """What the SDK has by that name."""
        found = getattr(self._sdk, name)
        if name not in METHODS:
            return found

        @functools.wraps(found)
        def method(*arguments: Any, **options: Any) -> Any:
            answer = found(*arguments, **options)
            if _is_good(answer):
                _answered.add((name, self._mode))
            return answer

        return method


def mode_of(request: pytest.FixtureRequest) -> KeyMode:
    """The key mode that a test runs in: our public key, unless it says `mode`."""
    if "mode" not in request.fixturenames:
        return KeyMode.PUBLIC_KEY
    found: KeyMode = request.getfixturevalue("mode")
    return found


def _is_good(answer: Any) -> bool:
    """Whether a call was answered with success; what needs no call has a result."""
    if isinstance(answer, tuple):
        return int(answer[0]) in range(200, 300)
    return bool(answer)
