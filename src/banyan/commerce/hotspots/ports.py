"""What the room needs from outside itself: chance."""

import secrets


def draw(count: int) -> bytes:
    """So many bytes that nobody can guess."""
    return secrets.token_bytes(count)
