"""To which domains a mini program may speak, and whose pages it may show."""

from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app
from banyan.reach.miniapps.domain_rules import Purpose, check_domains
from banyan.reach.miniapps.records import DomainRow
from banyan.reach.miniapps.types import OwnCommand

DOMAINS_MAX = 1_000
"""Most domains of a mini program."""
WEB_MAX = 100
"""Most domains whose pages it shows."""

Domain = Annotated[str, msgspec.Meta(max_length=300)]
Domains = Annotated[
    dict[Purpose, Annotated[list[Domain], msgspec.Meta(max_length=DOMAINS_MAX)]],
    msgspec.Meta(max_length=len(Purpose)),
]


class Origin(StrEnum):
    """By whom a domain was named. Stored: never renamed."""

    CONSOLE = "console"
    INTERFACE = "interface"
    DIRECT = "direct"
    """Over the interface, without being named by a platform first."""


class Change(StrEnum):
    """What is to be done with domains."""

    ADD = "add"
    DELETE = "delete"
    SET = "set"


class ChangeDomains(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the mini program speak to these as well, not to these, or to these only."""

    change: Change
    domains: Domains
    origin: Origin = Origin.CONSOLE


class ReadDomains(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which domains may the mini program speak?"""


class DomainLists(msgspec.Struct, frozen=True, kw_only=True):
    """The domains of a mini program, by whom they were named and what for."""

    items: dict[Origin, dict[Purpose, list[str]]]

    def of(self, origin: Origin, purpose: Purpose) -> list[str]:
        """Those that were named there."""
        return self.items.get(origin, {}).get(purpose, [])

    def effective(self, purpose: Purpose) -> list[str]:
        """Those that count: named anywhere."""
        return sorted({name for named in self.items.values() for name in named.get(purpose, [])})


@single(permission=Permission.CHANNELS_WRITE)
async def change_domains(work: Work, command: ChangeDomains) -> DomainLists:
    """Change the domains that were named in one place; for a purpose that is not given none.

    Raises NotFound `channels.not_found`; Invalid `miniapps.domain_malformed`; Refusal
    `miniapps.domains_unchanged`, `miniapps.too_many_domains`.
    """
    wanted = {
        (purpose.value, name)
        for purpose, names in command.domains.items()
        for name in check_domains(purpose, names)
    }
    channel = await access_own_app(work, command)
    await store.lock_app(work.db, channel.channel_id)
    rows = await store.list_domains(work.db, channel.channel_id)
    known = {(one.purpose, one.domain) for one in rows if one.origin == command.origin}
    set_purposes = {purpose.value for purpose in command.domains}
    added = wanted - known if command.change is not Change.DELETE else set[tuple[str, str]]()
    dropped = wanted & known if command.change is Change.DELETE else set[tuple[str, str]]()
    if command.change is Change.SET:
        dropped = {one for one in known - wanted if one[0] in set_purposes}
    if not (added or dropped):
        raise Refusal("miniapps.domains_unchanged")
    after = (known | added) - dropped
    _check_count(after)
    await store.delete_domains(work.db, channel.channel_id, command.origin.value, dropped)
    await store.insert_domains(work.db, channel.channel_id, command.origin.value, added)
    lists = _group(await store.list_domains(work.db, channel.channel_id))
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="miniapps.domains",
        subject_id=channel.channel_id,
        before=_group(rows),
        after=lists,
    )
    return lists


@reading(permission=Permission.CHANNELS_READ)
async def read_domains(work: Work, query: ReadDomains) -> DomainLists:
    """Return all domains of a mini program. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    return _group(await store.list_domains(work.db, channel.channel_id))


async def find_web_domains(work: Work, channel_id: int) -> set[str]:
    """Return the domains whose pages a mini program may show."""
    rows = await store.list_domains(work.db, channel_id)
    return {one.domain for one in rows if one.purpose == Purpose.WEB}


def _group(rows: list[DomainRow]) -> DomainLists:
    items: dict[Origin, dict[Purpose, list[str]]] = {}
    for row in rows:
        named = items.setdefault(Origin(row.origin), {})
        named.setdefault(Purpose(row.purpose), []).append(row.domain)
    return DomainLists(items=items)


def _check_count(pairs: set[tuple[str, str]]) -> None:
    web_count = sum(1 for purpose, _ in pairs if purpose == Purpose.WEB)
    if web_count > WEB_MAX:
        raise Refusal("miniapps.too_many_web_domains", domains_max=WEB_MAX)
    if len(pairs) - web_count > DOMAINS_MAX:
        raise Refusal("miniapps.too_many_domains", domains_max=DOMAINS_MAX)
