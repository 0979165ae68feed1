"""The sender that shows codes instead of sending them."""

import pytest

from banyan.base.errors import Invalid
from banyan.base.secret import Secret
from banyan.outside.sms import ConsoleSender
from banyan.parties.people import Language


def test_it_refuses_production() -> None:
    with pytest.raises(Invalid, match=r"sms\.not_connected"):
        ConsoleSender(is_production=True)


async def test_the_latest_fifty_codes_are_kept() -> None:
    sender = ConsoleSender(is_production=False)
    for n in range(60):
        await sender.send(f"+86{n % 55}", Secret(f"{n:06}"), Language.ZH)
    codes = sender.list_codes()
    assert len(codes) == 50
    assert (codes[0].phone, codes[0].code) == ("+864", "000059")
    assert sender.find_code("+864") == "000059"
    assert sender.find_code("+869") is None
    assert sender.find_code("+8610") == "000010"
