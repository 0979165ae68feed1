"""The built-in test bank: it takes play money into a book of its own, and says so."""

from __future__ import annotations

import structlog
from typing_extensions import override

from banyan.base.errors import Trouble
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.pay.payouts import (
    Bank,
    BankAnswer,
    BankOrder,
    TestBankOrder,
    find_at_test_bank,
    pay_from_test_bank,
)

_log = structlog.get_logger("banyan.bank")


class PlayBank(Bank):
    """Behaves as a bank does, and nothing real arrives anywhere. It refuses production."""

    def __init__(self, office: Office, *, is_production: bool) -> None:
        self._office = office
        self._is_production = is_production

    @override
    async def send(self, order: BankOrder) -> BankAnswer:
        """Take the money into the book, once for each number. Raises Trouble in production."""
        self._check()
        answer = await self._office.run(pay_from_test_bank, TestBankOrder(order=order), SYSTEM)
        _log.warning(
            f"The test bank pays play money: {order.amount_fen} {order.currency} (in minor units) "
            f"for payout {order.number}: {answer.verdict.value}"
        )
        return answer

    @override
    async def find(self, order: BankOrder) -> BankAnswer:
        """Whether it took the money. Raises Trouble in production."""
        self._check()
        return await self._office.run(find_at_test_bank, TestBankOrder(order=order), SYSTEM)

    def _check(self) -> None:
        if self._is_production:
            raise Trouble("payouts.play_money")
