"""How a merchant's verification moves from state to state."""

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from banyan.base.errors import Invalid, Refusal
from banyan.parties.merchants.types import MerchantState

NEXT_STATES: Mapping[MerchantState, frozenset[MerchantState]] = MappingProxyType(
    {
        MerchantState.UNVERIFIED: frozenset({MerchantState.SUBMITTED}),
        # Whoever mistyped submits again before the operator has looked.
        MerchantState.SUBMITTED: frozenset(
            {MerchantState.SUBMITTED, MerchantState.VERIFIED, MerchantState.REJECTED}
        ),
        MerchantState.REJECTED: frozenset({MerchantState.SUBMITTED}),
        MerchantState.VERIFIED: frozenset(),
    }
)
"""Where each state may lead."""


def check_next(state: MerchantState, following: MerchantState) -> None:
    """Let the verification go on. Raises Refusal `merchants.not_from_here`."""
    if following not in NEXT_STATES[state]:
        raise Refusal("merchants.not_from_here", state=state.value, following=following.value)


def check_time_zone(name: str) -> None:
    """Raise Invalid `merchants.unknown_time_zone` for a name that is not in the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("merchants.unknown_time_zone", time_zone=name) from None
