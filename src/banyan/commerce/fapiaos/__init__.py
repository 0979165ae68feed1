"""Taxed invoices ("fapiao") of payments: asked for, issued into people's hands, reversed."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.fapiaos.apply_for import (
    ApplyForFapiao,
    FapiaoRef,
    ReadFapiao,
    ReadFapiaoTitle,
    apply_for_fapiao,
    read_fapiao,
    read_fapiao_title,
)
from banyan.commerce.fapiaos.draft import Draft, DraftFapiao, draft_fapiao
from banyan.commerce.fapiaos.invariants import INVARIANTS
from banyan.commerce.fapiaos.issue import (
    InsertFapiao,
    IssueFapiao,
    insert_fapiao,
    issue_fapiao,
)
from banyan.commerce.fapiaos.keep_settings import (
    AddFapiaoPaper,
    AddTemplate,
    Base,
    GoodsPage,
    ListFapiaoGoods,
    ReadFapiaoSettings,
    SetFapiaoGoods,
    SetFapiaoSettings,
    Template,
    add_fapiao_paper,
    add_template,
    list_fapiao_goods,
    read_fapiao_settings,
    set_fapiao_goods,
    set_fapiao_settings,
)
from banyan.commerce.fapiaos.reactions import FOLLOWERS
from banyan.commerce.fapiaos.reverse import ReverseFapiao, reverse_fapiao
from banyan.commerce.fapiaos.telling import TOLD, ToldFapiao
from banyan.commerce.fapiaos.types import (
    Fapiao,
    FapiaoFacts,
    FapiaoIssued,
    FapiaoReversed,
    FapiaoState,
    Goods,
    Item,
    Mark,
    Paper,
    Seller,
    Settings,
    Step,
)

ROOM = Room(
    name="fapiaos",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        read_fapiao_settings,
        set_fapiao_settings,
        list_fapiao_goods,
        set_fapiao_goods,
        add_template,
        add_fapiao_paper,
        apply_for_fapiao,
        read_fapiao_title,
        draft_fapiao,
        issue_fapiao,
        insert_fapiao,
        reverse_fapiao,
        read_fapiao,
    ),
    events=(FapiaoIssued, FapiaoReversed),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "ROOM",
    "TOLD",
    "AddFapiaoPaper",
    "AddTemplate",
    "ApplyForFapiao",
    "Base",
    "Draft",
    "DraftFapiao",
    "Fapiao",
    "FapiaoFacts",
    "FapiaoIssued",
    "FapiaoRef",
    "FapiaoReversed",
    "FapiaoState",
    "Goods",
    "GoodsPage",
    "InsertFapiao",
    "IssueFapiao",
    "Item",
    "ListFapiaoGoods",
    "Mark",
    "Paper",
    "ReadFapiao",
    "ReadFapiaoSettings",
    "ReadFapiaoTitle",
    "ReverseFapiao",
    "Seller",
    "SetFapiaoGoods",
    "SetFapiaoSettings",
    "Settings",
    "Step",
    "Template",
    "ToldFapiao",
    "add_fapiao_paper",
    "add_template",
    "apply_for_fapiao",
    "draft_fapiao",
    "insert_fapiao",
    "issue_fapiao",
    "list_fapiao_goods",
    "read_fapiao",
    "read_fapiao_settings",
    "read_fapiao_title",
    "reverse_fapiao",
    "set_fapiao_goods",
    "set_fapiao_settings",
)
