"""Which tier spending leads to, and which lists of tiers make sense."""

import itertools
from collections.abc import Sequence

from banyan.base.errors import Invalid
from banyan.commerce.members.types import TIERS_MAX, NewTier, Tier

_default_tiers = {
    "zh": ("普通会员", "银卡会员", "金卡会员", "黑金会员"),
    "en": ("Member", "Silver", "Gold", "Black"),
}
_default_terms = ((0, 0, 100), (50_000, 200, 110), (200_000, 500, 125), (1_000_000, 800, 150))


def compute_default_tiers(language: str) -> list[Tier]:
    """Return the tiers that a merchant begins with: four steps, in words of that language."""
    names = _default_tiers.get(language, _default_tiers["en"])
    return [
        Tier(
            tier_no=number,
            name=name,
            threshold_fen=threshold_fen,
            discount_bp=discount_bp,
            points_rate_bp=points_rate_bp,
        )
        for number, (name, (threshold_fen, discount_bp, points_rate_bp)) in enumerate(
            zip(names, _default_terms, strict=True), start=1
        )
    ]


def decide_tier(tiers: Sequence[Tier], spent_fen: int) -> Tier:
    """Return the highest tier that so much spending reaches; `tiers` ascend from number 1."""
    reached = [tier for tier in tiers if tier.threshold_fen <= max(0, spent_fen)]
    return reached[-1]


def find_next_tier(tiers: Sequence[Tier], spent_fen: int) -> Tier | None:
    """Return the tier after the one that is reached, or None at the top."""
    ahead = [tier for tier in tiers if tier.threshold_fen > max(0, spent_fen)]
    return ahead[0] if ahead else None


def check_tiers(tiers: Sequence[NewTier]) -> None:
    """Accept tiers that begin at nothing spent, ascend, and have names of their own.

    Raises Invalid `members.tiers_first_not_free`, `members.tiers_not_ascending`,
    `members.tier_name_twice` or `members.tiers_too_many`.
    """
    if len(tiers) > TIERS_MAX:
        raise Invalid("members.tiers_too_many", tiers_max=TIERS_MAX)
    if not tiers or tiers[0].threshold_fen != 0:
        raise Invalid("members.tiers_first_not_free")
    if any(
        tier.threshold_fen <= before.threshold_fen for before, tier in itertools.pairwise(tiers)
    ):
        raise Invalid("members.tiers_not_ascending")
    if len({tier.name for tier in tiers}) != len(tiers):
        raise Invalid("members.tier_name_twice")
