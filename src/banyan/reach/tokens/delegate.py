"""Tokens that other rooms hand out: of platforms, and by which platforms act for accounts."""

from collections.abc import Collection

from banyan.base.secret import digest
from banyan.books.work import Work
from banyan.reach.tokens import store
from banyan.reach.tokens.ports import PORTS
from banyan.reach.tokens.rules import KEPT, LIFE, OVERLAP, render_token
from banyan.reach.tokens.types import AccessToken, Function, TokenKind


async def issue_for(
    work: Work, channel_id: int, *, via_id: int = 0, functions: Collection[Function] = ()
) -> AccessToken:
    """Return a new plain token of a channel; those before work for five minutes more.

    With `via_id` it is for that platform, which may act for the channel within the functions, and
    leaves everybody else's tokens alone. The caller has made sure who asks.
    """
    await store.lock_holder(work.db, channel_id)
    await store.shorten_tokens(work.db, channel_id, TokenKind.PLAIN, work.now + OVERLAP, via_id)
    text = render_token(channel_id, PORTS.draw())
    token = store.NewToken(
        channel_id=channel_id,
        token_digest=digest(text),
        kind=TokenKind.PLAIN,
        sealed=None,
        issued_at=work.now,
        expires_at=work.now + LIFE,
        via_id=via_id,
        functions=sorted(functions),
    )
    await store.delete_tokens(work.db, channel_id, work.now - KEPT)
    await store.insert_token(work.db, token)
    return AccessToken(access_token=text, expires_in=int(LIFE.total_seconds()))


async def change_delegated(
    work: Work, channel_id: int, via_id: int, functions: Collection[Function]
) -> None:
    """Let a platform's tokens of an account be for these functions; with none there are none."""
    if functions:
        await store.set_functions(work.db, channel_id, via_id, sorted(functions))
    else:
        await store.delete_delegated(work.db, channel_id, via_id)
