"""Finds in texts what should not be sent: words, phrases that go together, and tone."""

from banyan.engines.moderation.fold import Folded, fold
from banyan.engines.moderation.judge import Finding, Judge, open_judge
from banyan.engines.moderation.rulebook import Level, OwnWord

__all__ = ("Finding", "Folded", "Judge", "Level", "OwnWord", "fold", "open_judge")
