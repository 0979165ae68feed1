"""Events of whom an account shuts out."""

from banyan.books.journal import Event


class PersonBlocked(Event, frozen=True, kw_only=True, tag="blocks.blocked"):
    """An account wants nothing to do with a person any more."""

    openid: str


class PersonUnblocked(Event, frozen=True, kw_only=True, tag="blocks.unblocked"):
    """An account has to do with a person again."""

    openid: str
