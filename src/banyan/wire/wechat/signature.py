"""The signature under every push and every encrypted answer."""

import hashlib


def sign(*parts: str) -> str:
    """The SHA-1 of the parts in lexicographic order, as 40 hex digits.

    The protocol wants this digest. It says no more than that the signer knows the token: what must
    be hidden or unaltered is encrypted.
    """
    text = "".join(sorted(parts))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
