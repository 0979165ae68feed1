"""Tells those whom a person lets know their profile that it is another now."""

from collections.abc import Sequence

from banyan.books.journal import Event, Fact, Follower
from banyan.books.work import Work
from banyan.reach.channels import access_channel, ensure_openids
from banyan.reach.consents import store
from banyan.reach.consents.types import Scope
from banyan.reach.pushes import PushKind, note_push

_newest = 2**63 - 1
_grants_max = 1_000
_shown = frozenset({"nickname", "avatar"})
_telling = frozenset({Scope.PROFILE, Scope.LOGIN})


class ProfileChanged(Event, frozen=True, kw_only=True, tag="people.profile_changed"):
    """What this room reads of a profile that was changed."""

    fields: list[str]


async def on_profiles(work: Work, facts: Sequence[Fact]) -> None:
    """Tell accounts that may see name and picture that these are others."""
    changed = {
        fact.person_id for fact in facts if _shown.intersection(fact.decode(ProfileChanged).fields)
    }
    for person_id in sorted(changed):
        grants = await store.list_grants(work.db, person_id, _newest, _grants_max)
        for channel_id in sorted({one for one, scope, _ in grants if scope in _telling}):
            channel = await access_channel(work.db, channel_id)
            openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
            told = {"openid": openid, "appid": channel.appid}
            await note_push(work, channel, person_id, openid, PushKind.PROFILE_CHANGED, told)


FOLLOWERS = (
    Follower(
        name="consents.profiles",
        kinds=("people.profile_changed",),
        handle=on_profiles,
    ),
)
