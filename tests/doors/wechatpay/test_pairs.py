"""By which of our own pairs we sign: by one that programs had time to learn of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from banyan.base.secret import Secret
from banyan.doors.wechatpay.callers import Pairs
from banyan.pay.payees import ROTATED_BEFORE, SWITCHED_BEFORE, KeyMode, PlatformKey, PlatformKind

_END = datetime(2030, 1, 1, tzinfo=UTC)
_years = timedelta(days=5 * 365)


def pair(serial: str, expires_at: datetime) -> PlatformKey:
    """A certificate of ours."""
    return PlatformKey(
        kind=PlatformKind.CERTIFICATE,
        serial=serial,
        private_key_pem=Secret("a key"),
        public_key_pem="",
        certificate_pem="",
        effective_at=expires_at - _years,
        expires_at=expires_at,
    )


@pytest.mark.parametrize(
    ("left", "serial"),
    [
        (ROTATED_BEFORE, "AA"),
        (SWITCHED_BEFORE + timedelta(seconds=1), "AA"),
        (SWITCHED_BEFORE, "BB"),
        (timedelta(seconds=1), "BB"),
    ],
)
def test_the_next_pair_is_signed_by_when_it_is_known(left: timedelta, serial: str) -> None:
    known = Pairs((pair("BB", _END + _years), pair("AA", _END)), _END - left)
    assert known.choose(KeyMode.CERTIFICATE).serial == serial
    # Whoever names one is answered by that, at any time.
    assert known.choose(KeyMode.CERTIFICATE, "BB").serial == "BB"


def test_the_last_pair_is_signed_by_to_its_end() -> None:
    known = Pairs((pair("AA", _END),), _END - timedelta(seconds=1))
    assert known.choose(KeyMode.CERTIFICATE).serial == "AA"
