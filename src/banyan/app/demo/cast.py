"""Who lives in the demo town: the people that stories are told about, and their neighbours."""

from __future__ import annotations

from typing import NamedTuple

from banyan.parties.people import Language


class Resident(NamedTuple):
    """Somebody of the town, and the phone they sign in with."""

    name: str
    phone: str
    language: Language = Language.ZH
    says: str = ""
    """What the operator is told of them."""


LIN = Resident("林小雨 Lin", "+8613800000001", Language.ZH, "buys tea, and is a member everywhere")
WU = Resident("吴明 Wu", "+8613800000002", Language.ZH, "has an empty wallet")
CHEN = Resident("陈大勇 Chen", "+8613800000003", Language.EN, "has never been anywhere")
MEI = Resident("梅姐 Mei", "+8613800000004", Language.ZH, "owns 榕树茶馆 Banyan Tea")
HAO = Resident("浩仔 Hao", "+8613800000005", Language.ZH, "works at Banyan Tea's till")
FANG = Resident("方师傅 Fang", "+8613800000006", Language.ZH, "owns 麦香 Wheat & Co.")
TAO = Resident("陶老师 Tao", "+8613800000007", Language.EN, "owns 拾页 Found Pages")

CAST = {
    "lin": LIN,
    "wu": WU,
    "chen": CHEN,
    "mei": MEI,
    "hao": HAO,
    "fang": FANG,
    "tao": TAO,
}

_FAMILIES = (
    "王 Wang", "李 Li", "张 Zhang", "刘 Liu", "杨 Yang", "赵 Zhao", "黄 Huang", "周 Zhou",
)  # fmt: skip
_GIVEN = ("静 Jing", "伟 Wei", "敏 Min", "磊 Lei", "洋 Yang", "婷 Ting", "杰 Jie", "丽 Li")


def _neighbour(number: int) -> Resident:
    family = _FAMILIES[number % len(_FAMILIES)].split()
    given = _GIVEN[number // len(_FAMILIES) % len(_GIVEN)].split()
    name = f"{family[0]}{given[0]} {given[1]} {family[1]}"
    return Resident(name, f"+861390000{number:04}", Language.EN if number % 5 == 0 else Language.ZH)


NEIGHBOURS = tuple(_neighbour(number) for number in range(1, 61))
"""Sixty people, each with a name of their own."""
