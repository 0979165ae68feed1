"""How a visitor is told from another without keeping what their device remembers."""

from banyan.base.secret import digest

_visitor_length = 16


def compute_visitor(visitor: str) -> bytes | None:
    """What is kept of a visitor's token; None if there is no token."""
    return digest(f"visitor/{visitor}") if visitor else None


def compute_alias(visitor_digest: bytes | None) -> str:
    """A name for a visitor that fits into events: equal for equal tokens, and nothing more."""
    return visitor_digest.hex()[:_visitor_length] if visitor_digest else ""
