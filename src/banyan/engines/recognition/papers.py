"""Finds the fields of papers and cards among lines of text; what is not found is left empty.

Each parser takes lines as they are read, from the top, and answers None when nothing tells that it
is such a paper at all.
"""

import re
from collections.abc import Mapping, Sequence

Fields = Mapping[str, str]

_id_weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_id_signs = "10X98765432"
_id = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_digits = re.compile(r"\d{15,19}")
_plate = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}"
)
_day = re.compile(r"(\d{4})[年.\-/]?(\d{1,2})[月.\-/]?(\d{1,2})日?")
_vin = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])")
_credit_code = re.compile(
    r"(?<![A-Z0-9])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![A-Z0-9])"
)
_class = re.compile(r"(?<![A-Z0-9])(?:A[123]|B[12]|C[1-6]|[DEFMNP])(?![A-Z0-9])")


def parse_idcard(lines: Sequence[str]) -> Fields | None:
    """The front or the back of a mainland identity card."""
    whole = _join(lines)
    number = _id.search(whole)
    if number and is_id_number(number[0]):
        found = _label(
            lines,
            {"name": ("姓名",), "gender": ("性别",), "nationality": ("民族",), "addr": ("住址",)},
            ends=("出生", "公民身份号码", "公民身份"),
        )
        gender = found["gender"][:1]
        return {**found, "type": "Front", "id": number[0].upper(), "gender": gender}
    valid = re.search(r"有效期限[:：]?([\d.]{8,10}[-—一][\d.长期]{2,10})", whole)
    if valid or "签发机关" in whole:
        return {"type": "Back", "valid_date": valid[1] if valid else ""}
    return None


def parse_bankcard(lines: Sequence[str]) -> Fields | None:
    """The number of a bank card, whose last digit proves the others."""
    candidates = [re.sub(r"\s", "", line) for line in lines] + [re.sub(r"\s", "", "".join(lines))]
    for text in candidates:
        for found in _digits.finditer(text):
            if is_card_number(found[0]):
                return {"number": found[0]}
    return None


def parse_driving_licence(lines: Sequence[str]) -> Fields | None:
    """A mainland driver's licence."""
    whole = _join(lines)
    if "驾驶证" not in whole and "准驾车型" not in whole:
        return None
    number = _id.search(whole)
    found = _label(
        lines,
        {"name": ("姓名",), "sex": ("性别",), "nationality": ("国籍",), "address": ("住址",)},
        ends=("证号", "出生日期", "初次领证日期", "准驾车型", "有效期", "有效期限"),
    )
    kinds = _class.search(_after(whole, "准驾车型"))
    span = [_write_day(one) for one in _day.finditer(_after(whole, "有效期"))]
    return {
        **found,
        "sex": found["sex"][:1],
        "id_num": number[0].upper() if number else "",
        "birth_date": _find_day(_after(whole, "出生日期")),
        "issue_date": _find_day(_after(whole, "领证日期")),
        "car_class": kinds[0] if kinds else "",
        "valid_from": span[0] if span else "",
        "valid_to": span[1] if len(span) > 1 else "",
        "official_seal": "",
    }


def parse_vehicle_licence(lines: Sequence[str]) -> Fields | None:
    """The front of a mainland vehicle's licence."""
    whole = _join(lines)
    if "行驶证" not in whole and "车辆识别代号" not in whole:
        return None
    found = _label(
        lines,
        {
            "vehicle_type": ("车辆类型",),
            "owner": ("所有人",),
            "addr": ("住址",),
            "use_character": ("使用性质",),
            "model": ("品牌型号",),
            "engine_num": ("发动机号码",),
        },
        ends=("号牌号码", "车辆识别代号", "注册日期", "发证日期"),
    )
    plate = _plate.search(whole)
    vin = _vin.search(_after(whole, "车辆识别代号")) or _vin.search(whole)
    return {
        **found,
        "plate_num": plate[0] if plate else "",
        "vin": vin[0] if vin else "",
        "register_date": _find_day(_after(whole, "注册日期")),
        "issue_date": _find_day(_after(whole, "发证日期")),
    }


def parse_business_licence(lines: Sequence[str]) -> Fields | None:
    """A mainland business licence."""
    whole = _join(lines)
    if "营业执照" not in whole and "统一社会信用代码" not in whole:
        return None
    found = _label(
        lines,
        {
            "enterprise_name": ("名称",),
            "type_of_enterprise": ("类型",),
            "legal_representative": ("法定代表人", "经营者", "负责人"),
            "registered_capital": ("注册资本",),
            "address": ("住所", "经营场所", "营业场所"),
            "business_scope": ("经营范围",),
            "valid_period": ("营业期限", "经营期限"),
        },
        ends=("成立日期", "注册日期", "登记机关", "统一社会信用代码"),
    )
    code = _credit_code.search(whole)
    registered = _after(whole, "成立日期") or _after(whole, "注册日期")
    return {
        **found,
        "reg_num": code[0] if code else "",
        "registered_date": _find_day(registered),
    }


def parse_plate(lines: Sequence[str]) -> Fields | None:
    """The number of a mainland vehicle's plate."""
    found = _plate.search(re.sub(r"[\s·.•\-]", "", "".join(lines)).upper())
    return {"number": found[0]} if found else None


def is_id_number(number: str) -> bool:
    """Whether the last sign of an identity number proves the others."""
    total = sum(int(one) * weight for one, weight in zip(number[:17], _id_weights, strict=True))
    return _id_signs[total % 11] == number[17].upper()


def is_card_number(number: str) -> bool:
    """Whether the last digit of a card's number proves the others (Luhn)."""
    total = 0
    for place, one in enumerate(reversed(number)):
        value = int(one) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its digits
    return total % 10 == 0


def _join(lines: Sequence[str]) -> str:
    return "\n".join(re.sub(r"[ \t　]", "", line) for line in lines)


def _after(whole: str, label: str) -> str:
    return whole.partition(label)[2]


def _find_day(text: str) -> str:
    found = _day.search(text[:40])
    return _write_day(found) if found else ""


def _write_day(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _label(
    lines: Sequence[str], labels: Mapping[str, Sequence[str]], ends: Sequence[str]
) -> dict[str, str]:
    """What follows each label, up to the next one, over as many lines as it takes."""
    whole = _join(lines)
    every = [one for names in labels.values() for one in names] + list(ends)
    places = sorted((whole.find(one), one) for one in every if whole.find(one) >= 0)
    found = dict.fromkeys(labels, "")
    for index, (place, label) in enumerate(places):
        field = next((name for name, names in labels.items() if label in names), "")
        if not field or found[field]:
            continue
        end = places[index + 1][0] if index + 1 < len(places) else len(whole)
        told = whole[place + len(label) : end] if end > place else ""
        found[field] = told.replace("\n", "").strip(":：")
    return found
