"""Ids, structs, events and ledger codes of membership."""

import msgspec


class TierTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of one tier is given on every order."""

    name: str = ""
    discount_bp: int = 0
    """Off every order, in basis points."""
    points_rate_bp: int = 0
    """Points per 10,000 fen paid: 100 is one point a yuan."""
