"""Fields of papers are found among lines, and what is none is not taken for one."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.engines.recognition import (
    parse_bankcard,
    parse_business_licence,
    parse_driving_licence,
    parse_idcard,
    parse_plate,
    parse_vehicle_licence,
)
from banyan.engines.recognition.papers import is_card_number, is_id_number

PARSERS: tuple[Callable[[Sequence[str]], Mapping[str, str] | None], ...] = (
    parse_idcard,
    parse_bankcard,
    parse_driving_licence,
    parse_vehicle_licence,
    parse_business_licence,
    parse_plate,
)


def test_an_identity_card() -> None:
    front = parse_idcard(
        [
            "姓名林小茶",
            "性别女 民族汉",
            "出生1990年3月7日",
            "住址 上海市黄浦区人民路18号",
            "榕树大厦3楼",
            "公民身份号码 11010519491231002x",
        ]
    )
    assert front == {
        "type": "Front",
        "id": "11010519491231002X",
        "name": "林小茶",
        "gender": "女",
        "nationality": "汉",
        "addr": "上海市黄浦区人民路18号榕树大厦3楼",
    }
    back = parse_idcard(["签发机关 上海市公安局", "有效期限 2015.01.02-2035.01.02"])
    assert back == {"type": "Back", "valid_date": "2015.01.02-2035.01.02"}
    assert parse_idcard(["姓名林小茶", "11010519491231002 1"]) is None


def test_a_bank_card_proves_its_number() -> None:
    assert parse_bankcard(["某某银行", "6222 0212 3456 7890 128"]) is not None
    assert parse_bankcard(["某某银行", "6222 0212 3456 7890 129"]) is None


def test_a_drivers_licence() -> None:
    found = parse_driving_licence(
        [
            "中华人民共和国机动车驾驶证",
            "证号 11010519491231002X",
            "姓名 林小茶 性别 女 国籍 中国",
            "出生日期 1949-12-31",
            "初次领证日期 2010-05-06",
            "准驾车型 C1",
            "有效期限 2020-05-06 至 2030-05-06",
        ]
    )
    assert found is not None
    assert (found["name"], found["car_class"], found["valid_to"]) == ("林小茶", "C1", "2030-05-06")


def test_a_vehicles_licence() -> None:
    found = parse_vehicle_licence(
        ["行驶证", "号牌号码沪A12345", "所有人林小茶", "车辆识别代号LSVAA4187E2184847"]
    )
    assert found is not None
    assert (found["plate_num"], found["vin"]) == ("沪A12345", "LSVAA4187E2184847")
    assert found["model"] == ""


def test_a_business_licence() -> None:
    found = parse_business_licence(
        ["营业执照", "统一社会信用代码 91310101MA1FPX1234", "名称 上海榕树茶业有限公司"]
    )
    assert found is not None
    assert found["reg_num"] == "91310101MA1FPX1234"
    assert found["enterprise_name"] == "上海榕树茶业有限公司"


def test_a_plate() -> None:
    assert parse_plate(["沪A·12345"]) == {"number": "沪A12345"}
    assert parse_plate(["茶"]) is None


def test_check_digits() -> None:
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert is_card_number("4111111111111111")
    assert not is_card_number("4111111111111112")


@pytest.mark.parametrize("parse", PARSERS)
@given(lines=st.lists(st.text(alphabet="营业执照姓名有效期0123456789X:- 行驶证沪A\n", max_size=40)))
def test_any_lines_can_be_asked(
    parse: Callable[[Sequence[str]], Mapping[str, str] | None], lines: list[str]
) -> None:
    found = parse(lines)
    assert found is None or all(isinstance(one, str) for one in found.values())
