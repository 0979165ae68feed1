"""Changes the rules about payments, by those who look after the platform: each time a version."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import PersonId
from banyan.pay.risk import store
from banyan.pay.risk.rules import DEFAULT_RULES, check_rules
from banyan.pay.risk.types import Reason, Rules, RulesChanged, RuleSet

_newest = 2**31 - 1
Version = Annotated[int, msgspec.Meta(ge=0, le=_newest)]
_BUILT_IN = RuleSet(version=0, rules=list(DEFAULT_RULES), note="")


class ChangeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let these rules hold from now on, instead of those of this version."""

    version: Version
    rules: Rules
    note: Reason = ""
    """Why."""


class ReadRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules hold, or held under this version?"""

    version: Version | None = None


class ListRuleSets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which versions are there?"""

    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 20


class RuleSets(msgspec.Struct, frozen=True, kw_only=True):
    """Versions, the newest first; the last is what Banyan comes with."""

    items: list[RuleSet]


@single(permission=Permission.OPERATOR)
async def change_rules(work: Work, command: ChangeRules) -> RuleSet:
    """Make a new version; payments that are judged after it are judged by it.

    Raises Invalid `risk.one_code_twice`, `risk.rule_does_nothing`; Refusal
    `risk.changed_meanwhile`.
    """
    check_rules(command.rules)
    known = await store.find_rules(work.db)
    if (known.version if known else 0) != command.version:
        raise Refusal("risk.changed_meanwhile")
    made = RuleSet(
        version=command.version + 1,
        rules=list(command.rules),
        note=command.note,
        changed_by=PersonId(work.actor.person_id),
        changed_at=work.now,
    )
    if not await store.insert_rules(work.db, made):
        raise Refusal("risk.changed_meanwhile")
    work.record(RulesChanged(version=made.version))
    return made


@reading(permission=Permission.OPERATOR)
async def read_rules(work: Work, query: ReadRules) -> RuleSet:
    """Return the rules. Raises NotFound `risk.no_such_version`."""
    if query.version == 0:
        return _BUILT_IN
    found = await store.find_rules(work.db, query.version)
    if found is None and query.version is not None:
        raise NotFound("risk.no_such_version")
    return found or _BUILT_IN


@reading(permission=Permission.OPERATOR)
async def list_rule_sets(work: Work, query: ListRuleSets) -> RuleSets:
    """Return the newest versions."""
    found = await store.list_rules(work.db, _newest, query.limit)
    return RuleSets(items=found if len(found) == query.limit else [*found, _BUILT_IN])
