"""Hands out the tokens by which an account's own programs call."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import FOLLOWED, Channel, ChannelKind, access_by_secret
from banyan.reach.tokens import store
from banyan.reach.tokens.delegate import issue_for
from banyan.reach.tokens.ports import PORTS
from banyan.reach.tokens.rules import (
    FORCED_MAX,
    FORCED_STEP,
    KEPT,
    LIFE,
    OVERLAP,
    day_of,
    is_allowed,
    render_token,
    seconds_left,
)
from banyan.reach.tokens.types import AccessToken, TokenKind


class IssueToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me a token of my account."""

    appid: str
    secret: str
    kind: TokenKind = TokenKind.PLAIN
    is_forced: bool = False
    """Make a new stable token, and let the one before end at once."""
    address: str = ""
    """From where it is asked; empty for from here."""


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def issue_token(work: Work, command: IssueToken) -> AccessToken:
    """Return a token of the account whose secret the caller knows.

    A new plain token leaves those before five minutes. The stable token is the same for all who
    ask, until five minutes before its end or until another is forced; stable and plain ones do not
    touch each other.

    Raises NotFound `channels.not_found`; Refusal `channels.wrong_secret`,
    `tokens.address_not_allowed`, `tokens.forced_too_often`, `tokens.forced_too_soon`.
    """
    channel = await access_by_secret(work.db, command.appid, command.secret)
    if channel.kind is ChannelKind.COMPONENT:
        # A platform's tokens take a ticket as well: the room of platforms hands them out.
        raise NotFound("channels.not_found")
    await _check_address(work, channel, command.address)
    if command.kind is TokenKind.PLAIN:
        return await issue_for(work, int(channel.channel_id))
    holder = await store.lock_holder(work.db, channel.channel_id)
    if command.is_forced:
        await _note_forced(work, channel, holder)
        await store.shorten_tokens(work.db, channel.channel_id, TokenKind.STABLE, work.now)
        return await _issue_stable(work, channel)
    known = await store.find_stable(work.db, channel.channel_id, work.now + OVERLAP)
    if known is None:
        return await _issue_stable(work, channel)
    token_digest, sealed, expires_at = known
    return AccessToken(
        access_token=PORTS.seal.open(sealed, token_digest.hex()),
        expires_in=seconds_left(expires_at, work.now),
    )


async def _check_address(work: Work, channel: Channel, address: str) -> None:
    """Mini programs are asked from many places: only accounts that people follow have a list."""
    if not address or channel.kind not in FOLLOWED:
        return
    if not is_allowed(await store.find_allowed(work.db, channel.channel_id), address):
        raise Refusal("tokens.address_not_allowed", address=address)


async def _note_forced(work: Work, channel: Channel, holder: store.Holder) -> None:
    today = day_of(work.now)
    count = holder.forced_count if holder.forced_on == today else 0
    if count >= FORCED_MAX:
        raise Refusal("tokens.forced_too_often", forced_max=FORCED_MAX)
    if count and work.now - holder.forced_at < FORCED_STEP:
        raise Refusal("tokens.forced_too_soon", wait_s=int(FORCED_STEP.total_seconds()))
    after = store.Holder(forced_on=today, forced_count=count + 1, forced_at=work.now)
    await store.set_forced(work.db, channel.channel_id, after)


async def _issue_stable(work: Work, channel: Channel) -> AccessToken:
    channel_id = int(channel.channel_id)
    text = render_token(channel_id, PORTS.draw())
    token_digest = digest(text)
    token = store.NewToken(
        channel_id=channel_id,
        token_digest=token_digest,
        kind=TokenKind.STABLE,
        sealed=PORTS.seal.close(text, token_digest.hex()),
        issued_at=work.now,
        expires_at=work.now + LIFE,
    )
    await store.delete_tokens(work.db, channel_id, work.now - KEPT)
    await store.insert_token(work.db, token)
    return AccessToken(access_token=text, expires_in=int(LIFE.total_seconds()))
