"""When a bank is asked again, and which accounts the test bank knows: pure."""

from datetime import timedelta

from banyan.pay.payouts.types import BankAnswer, Verdict

LEASE = timedelta(seconds=60)
"""How long a payout is ours while we ask the bank."""
_rest_max = timedelta(minutes=10)
_doublings_max = 12
_tail = 4
_unknown_tail = "0000"


def compute_rest(tries: int) -> timedelta:
    """How long to wait before the bank is asked again: longer each time, for ever.

    Money that is set aside is never given back because a bank was silent for long.
    """
    return min(timedelta(seconds=2 ** min(tries, _doublings_max)), _rest_max)


def tail_of(number: str) -> str:
    """The end of an account's number, by which its holder knows it."""
    return number[-_tail:]


def judge_account(number: str) -> BankAnswer | None:
    """Why the test bank refuses an account; None if it has it.

    Numbers that end in 0000 are unknown to it, so that a refusal can be tried out.
    """
    if number.endswith(_unknown_tail):
        return BankAnswer(verdict=Verdict.REFUSED, why="no such account")
    return None
