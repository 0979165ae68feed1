"""Lets rooms above take part when coupons come into members' hands, in the same transaction."""

from collections.abc import Awaitable, Callable, Sequence

from banyan.books.work import Work
from banyan.commerce.coupons.rules import Claim
from banyan.commerce.coupons.types import CouponId

Issued = tuple[CouponId, Claim]
OnIssued = Callable[[Work, Sequence[Issued]], Awaitable[None]]


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._on_issued: OnIssued | None = None

    def connect(self, on_issued: OnIssued) -> None:
        """Let this take part; what it raises undoes the issue."""
        self._on_issued = on_issued

    async def tell_issued(self, work: Work, issued: Sequence[Issued]) -> None:
        """Let whoever takes part see what was issued."""
        if self._on_issued is not None and issued:
            await self._on_issued(work, issued)


HOOKS = Hooks()
