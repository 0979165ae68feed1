"""How alike texts are: bands to find candidates by, and how much two have in common."""

from banyan.engines.likeness.shingles import compute_bands, compute_share

__all__ = ("compute_bands", "compute_share")
