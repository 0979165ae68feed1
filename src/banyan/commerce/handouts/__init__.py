"""How cards are handed out: codes to scan, pages, gifts for paying; and what becomes of them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.handouts.make_shelf import (
    FindTicket,
    MakeShelf,
    OpenedShelf,
    OpenShelf,
    find_ticket,
    make_shelf,
    open_shelf,
)
from banyan.commerce.handouts.pay_rules import (
    AddPayRule,
    EndPayRule,
    ListPayRules,
    PayRules,
    ReadPayRule,
    add_pay_rule,
    end_pay_rule,
    list_pay_rules,
    read_pay_rule,
)
from banyan.commerce.handouts.reactions import FOLLOWERS
from banyan.commerce.handouts.read_days import CardDays, ReadDays, read_days
from banyan.commerce.handouts.take_offered import (
    ChooseCards,
    Chosen,
    ChosenCards,
    TakeOffered,
    TakeSigned,
    choose_cards,
    take_offered,
    take_signed,
)
from banyan.commerce.handouts.types import (
    DaySum,
    Happened,
    PayRule,
    PayRuleChanged,
    RuleId,
    Shelf,
    ShelfId,
    ShelfItem,
    ShelfKind,
    ShelfMade,
)

ROOM = Room(
    name="handouts",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        make_shelf,
        open_shelf,
        find_ticket,
        take_offered,
        take_signed,
        choose_cards,
        add_pay_rule,
        end_pay_rule,
        read_pay_rule,
        list_pay_rules,
        read_days,
    ),
    events=(ShelfMade, PayRuleChanged),
    followers=FOLLOWERS,
)


__all__ = (
    "ROOM",
    "AddPayRule",
    "CardDays",
    "ChooseCards",
    "Chosen",
    "ChosenCards",
    "DaySum",
    "EndPayRule",
    "FindTicket",
    "Happened",
    "ListPayRules",
    "MakeShelf",
    "OpenShelf",
    "OpenedShelf",
    "PayRule",
    "PayRuleChanged",
    "PayRules",
    "ReadDays",
    "ReadPayRule",
    "RuleId",
    "Shelf",
    "ShelfId",
    "ShelfItem",
    "ShelfKind",
    "ShelfMade",
    "TakeOffered",
    "TakeSigned",
    "add_pay_rule",
    "choose_cards",
    "end_pay_rule",
    "find_ticket",
    "list_pay_rules",
    "make_shelf",
    "open_shelf",
    "read_days",
    "read_pay_rule",
    "take_offered",
    "take_signed",
)
