"""Risk: rules about payments, kept as data, and what they decided of each payment and why."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.risk.change_lists import (
    BlockPerson,
    LimitMerchant,
    ListBlocks,
    ListLimits,
    UnblockPerson,
    UnlimitMerchant,
    block_person,
    limit_merchant,
    list_blocks,
    list_limits,
    unblock_person,
    unlimit_merchant,
)
from banyan.pay.risk.change_rules import (
    ChangeRules,
    ListRuleSets,
    ReadRules,
    change_rules,
    list_rule_sets,
    read_rules,
)
from banyan.pay.risk.invariants import INVARIANTS
from banyan.pay.risk.judge_payments import PASSWORD_NEEDED, forget_payments, judge_payments
from banyan.pay.risk.read_decisions import ListDecisions, list_decisions
from banyan.pay.risk.types import (
    Action,
    Attempt,
    Block,
    Decision,
    Hit,
    Kind,
    Limit,
    LimitChanged,
    Measure,
    PersonBlocked,
    PersonUnblocked,
    Rule,
    RulesChanged,
    RuleSet,
)

ROOM = Room(
    name="risk",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        change_rules,
        read_rules,
        list_rule_sets,
        block_person,
        unblock_person,
        list_blocks,
        limit_merchant,
        unlimit_merchant,
        list_limits,
        list_decisions,
    ),
    events=(RulesChanged, PersonBlocked, PersonUnblocked, LimitChanged),
    invariants=INVARIANTS,
)

__all__ = (
    "PASSWORD_NEEDED",
    "ROOM",
    "Action",
    "Attempt",
    "Block",
    "BlockPerson",
    "ChangeRules",
    "Decision",
    "Hit",
    "Kind",
    "Limit",
    "LimitMerchant",
    "ListBlocks",
    "ListDecisions",
    "ListLimits",
    "ListRuleSets",
    "Measure",
    "ReadRules",
    "Rule",
    "RuleSet",
    "UnblockPerson",
    "UnlimitMerchant",
    "block_person",
    "change_rules",
    "forget_payments",
    "judge_payments",
    "limit_merchant",
    "list_blocks",
    "list_decisions",
    "list_limits",
    "list_rule_sets",
    "read_rules",
    "unblock_person",
    "unlimit_merchant",
)
