"""How long to wait between attempts: some steps, then always the same, and at last no more."""

from datetime import timedelta
from typing import NamedTuple


class Ladder(NamedTuple):
    """The pauses after attempts in vain."""

    steps: tuple[timedelta, ...]
    then: timedelta
    """Each pause after the last step."""
    tries_max: int

    def pause_after(self, tries: int) -> timedelta | None:
        """How long to wait after so many attempts in vain; None to make no more."""
        if tries >= self.tries_max:
            return None
        return self.steps[tries - 1] if tries <= len(self.steps) else self.then
