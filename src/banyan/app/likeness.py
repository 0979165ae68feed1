"""Lets the engine compare texts; it is loaded when the first are."""

from __future__ import annotations


class EngineLikeness:
    """What `originals` asks of the engine."""

    def bands(self, text: str) -> list[int]:
        """What texts like this one have some of in common."""
        from banyan.engines.likeness import compute_bands

        return compute_bands(text)

    def share(self, one: str, other: str) -> float:
        """How much two texts have in common, from 0 to 1."""
        from banyan.engines.likeness import compute_share

        return compute_share(one, other)
