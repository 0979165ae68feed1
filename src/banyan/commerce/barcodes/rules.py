"""Which codes there are, and which things they may be on."""

from banyan.base.errors import Invalid
from banyan.commerce.barcodes.types import GoodsFacts, Standard

CATEGORIES = {
    538_071_212: "食品、饮料",
    538_085_182: "茶叶",
    538_092_346: "酒类",
    538_098_431: "美妆个护",
    538_102_577: "服饰鞋包",
    538_106_904: "数码家电",
    538_110_388: "图书音像",
    538_114_215: "家居日用",
    538_118_730: "母婴玩具",
    538_122_096: "医药保健",
}
"""What a thing may be, by the number that programs name."""
_lengths = {Standard.EAN13: 13, Standard.EAN8: 8}


def check_code(standard: Standard, code: str) -> None:
    """Accept what can be printed on a thing. Raises Invalid `barcodes.code_malformed`.

    The last digit of a number follows from the others (ISO/IEC 15420).
    """
    length = _lengths.get(standard)
    if length is None:
        return
    if len(code) != length or not (code.isascii() and code.isdigit()):
        raise Invalid("barcodes.code_malformed")
    digits = [int(one) for one in reversed(code)]
    if (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10:
        raise Invalid("barcodes.code_malformed")


def check_facts(facts: GoodsFacts) -> None:
    """Accept what is of a category that exists. Raises Invalid `barcodes.no_such_category`."""
    if facts.category_id not in CATEGORIES:
        raise Invalid("barcodes.no_such_category", category_id=facts.category_id)


def list_texts(facts: GoodsFacts) -> list[str]:
    """What people would read of it."""
    texts = [facts.title, facts.brand]
    texts += [part for one in facts.details for part in (one.title, one.text)]
    texts += [part for one in facts.actions for part in (one.name, one.text)]
    return [one for one in texts if one]
