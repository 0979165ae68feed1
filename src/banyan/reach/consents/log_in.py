"""Signs people in at a site by a code that their phone scans."""

from hmac import compare_digest

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import access_by_appid, access_channel
from banyan.reach.consents import store
from banyan.reach.consents.authorize import issue_code, note_grant
from banyan.reach.consents.ports import PORTS
from banyan.reach.consents.rules import (
    KEPT,
    LOGIN_LIFE,
    check_redirect,
    check_scope,
    read_channel_id,
    render_text,
)
from banyan.reach.consents.types import (
    Answer,
    Appid,
    Given,
    Login,
    LoginStarted,
    LoginState,
    Redirect,
    Scope,
    State,
)

_chance_bytes = 22
_open = frozenset({Answer.WAITING, Answer.SEEN})


class StartLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody at a site wants to sign in."""

    appid: Appid
    redirect: Redirect
    state: State = ""


class SeeLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """My phone has scanned the code of a site."""

    ticket: Given


class AnswerLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It is I, or it is not."""

    ticket: Given
    is_allowed: bool


class CollectLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Has the phone answered?"""

    ticket: Given
    browser_key: Given
    """What only the browser knows that shows the code."""


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def start_login(work: Work, command: StartLogin) -> LoginStarted:
    """Wait five minutes for a phone to answer.

    Raises NotFound `channels.not_found`; Invalid `consents.redirect_malformed`; Refusal
    `consents.wrong_domain`, `consents.wrong_scope`.
    """
    channel = await access_by_appid(work.db, command.appid)
    check_scope(channel, Scope.LOGIN)
    check_redirect(channel, command.redirect)
    ticket = render_text(int(channel.channel_id), PORTS.draw(_chance_bytes))
    row = store.LoginRow(
        channel_id=int(channel.channel_id),
        ticket_digest=digest(ticket),
        redirect=command.redirect,
        state=command.state,
        answer=Answer.WAITING,
        person_id=NONE,
        expires_at=work.now + LOGIN_LIFE,
    )
    await store.insert_login(work.db, row, work.now - KEPT)
    return LoginStarted(
        ticket=ticket,
        browser_key=_browser_key(ticket),
        channel_name=channel.name,
        expires_at=row.expires_at,
    )


@single(permission=Permission.PERSON)
async def see_login(work: Work, command: SeeLogin) -> Login:
    """Return which site asks; from now on only this person may answer.

    Raises NotFound `consents.no_such_login`, Refusal `consents.login_over`.
    """
    row = await _lock(work, command.ticket)
    channel = await access_channel(work.db, row.channel_id)
    person_id = work.actor.person_id
    if row.expires_at <= work.now or row.person_id not in {NONE, person_id}:
        raise Refusal("consents.login_over")
    answer = row.answer
    if answer is Answer.WAITING:
        answer = Answer.SEEN
        await store.set_answer(work.db, row, answer, person_id)
    return Login(
        channel_name=channel.name,
        merchant_id=Id(channel.merchant_id),
        host=check_redirect(channel, row.redirect),
        answer=answer,
    )


@single(permission=Permission.PERSON)
async def answer_login(work: Work, command: AnswerLogin) -> None:
    """Let the site know who it is, or that it shall not know; the first answer stays.

    Raises NotFound `consents.no_such_login`, Refusal `consents.login_over`.
    """
    row = await _lock(work, command.ticket)
    person_id = work.actor.person_id
    is_mine = row.person_id in {NONE, person_id}
    if row.expires_at <= work.now or row.answer not in _open or not is_mine:
        raise Refusal("consents.login_over")
    answer = Answer.ALLOWED if command.is_allowed else Answer.REFUSED
    await store.set_answer(work.db, row, answer, person_id)
    if command.is_allowed:
        await note_grant(work, await access_channel(work.db, row.channel_id), Scope.LOGIN)


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def collect_login(work: Work, command: CollectLogin) -> LoginState:
    """Return how far it is; who asks first after an answer gets the code, and nobody after them.

    Raises NotFound `consents.no_such_login`, Refusal `consents.login_over`.
    """
    if not compare_digest(_browser_key(command.ticket), command.browser_key):
        raise NotFound("consents.no_such_login")
    row = await _lock(work, command.ticket)
    if row.expires_at <= work.now or row.answer is Answer.DONE:
        raise Refusal("consents.login_over")
    if row.answer in _open:
        return LoginState(answer=row.answer)
    code = ""
    if row.answer is Answer.ALLOWED:
        channel = await access_channel(work.db, row.channel_id)
        code = await issue_code(work, channel, Scope.LOGIN, row.person_id)
    await store.set_answer(work.db, row, Answer.DONE, row.person_id)
    return LoginState(answer=row.answer, redirect=row.redirect, state=row.state, code=code)


async def _lock(work: Work, ticket: str) -> store.LoginRow:
    channel_id = read_channel_id(ticket)
    row = await store.lock_login(work.db, channel_id, digest(ticket)) if channel_id else None
    if row is None:
        raise NotFound("consents.no_such_login")
    return row


def _browser_key(ticket: str) -> str:
    # Whoever sees the picture knows the ticket; the code is for the browser that shows it.
    return PORTS.seal.digest("browser", ticket).hex()
