"""Sample values for the gallery: a tea shop that exists nowhere else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from banyan.base.clock import Clock
from banyan.doors.pages.shell.chart import Chart, Series
from banyan.doors.pages.shell.frame import (
    CashierFrame,
    Choice,
    ConsoleFrame,
    Flash,
    Frame,
    MenuItem,
    PhoneFrame,
)
from banyan.doors.pages.shell.i18n import Language
from banyan.wire.qr import render_svg

now = datetime(2026, 3, 14, 6, 26, tzinfo=UTC)

menu = (
    MenuItem(label="Today", icon="layout-grid", href="/console"),
    MenuItem(
        label="Orders",
        icon="receipt-text",
        children=(
            MenuItem(label="All orders", href="/console/orders", count=3),
            MenuItem(label="Refunds", href="/console/refunds"),
        ),
    ),
    MenuItem(label="Products", icon="package", href="/console/products"),
    MenuItem(label="Members", icon="users", href="/console/members"),
    MenuItem(label="Coupons", icon="ticket-percent", href="/console/coupons"),
    MenuItem(label="Codes", icon="qr-code", href="/console/codes"),
    MenuItem(label="Messages", icon="megaphone", href="/console/messages"),
    MenuItem(
        label="Insight",
        icon="chart-column",
        children=(
            MenuItem(label="Funnel", href="/console/funnel"),
            MenuItem(label="Cohorts", href="/console/cohorts"),
        ),
    ),
    MenuItem(label="Settings", icon="settings", href="/console/settings"),
)

flash_texts = {Language.ZH: "已发放 128 张优惠券", Language.EN: "128 coupons were sent"}
banner_texts = {Language.ZH: "示例数据，没有真实的钱", Language.EN: "Sample data: no real money"}


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """A row of the orders table."""

    id: str
    person_name: str
    phone: str
    lines: str
    amount_fen: int
    kind: str
    status: str
    paid_at: datetime


def list_orders(language: Language) -> list[SampleOrder]:
    """Answers rows for the orders table."""
    is_chinese = language is Language.ZH
    names = ("林晓雨", "王建国", "Emma Clarke", "陈思", "赵一鸣", "Oliver Brown", "孙悦", "周杰")
    drinks = ("茉莉奶绿 ×2", "手打柠檬茶", "杨枝甘露、芋泥波波", "桂花乌龙拿铁 ×3")
    english = (
        "Jasmine milk tea ×2",
        "Hand-shaken lemon tea",
        "Mango pomelo, Taro boba",
        "Osmanthus oolong latte ×3",
    )
    states = (
        ("success", "已完成", "Done"),
        ("info", "制作中", "Being made"),
        ("warning", "待支付", "To pay"),
        ("danger", "已退款", "Refunded"),
    )
    return [
        SampleOrder(
            id=f"26031{400 + place}",
            person_name=name,
            phone=f"138****{1200 + place * 137}",
            lines=(drinks if is_chinese else english)[place % 4],
            amount_fen=(1800, 3600, 5250, 128000)[place % 4] + place * 50,
            kind=states[place % 4][0],
            status=states[place % 4][1 if is_chinese else 2],
            paid_at=now - timedelta(minutes=17 * place),
        )
        for place, name in enumerate(names)
    ]


_days = tuple(f"3/{day}" for day in range(1, 15))
_takings = (
    *(62000, 58500, 71200, 69000, 88400, 121000, 134500),
    *(64000, 66800, 73500, 70100, 92300, 139900, 98600),
)
_before = (
    *(51000, 54500, 60200, 58000, 70400, 98000, 110500),
    *(56000, 59800, 61500, 63100, 75300, 112900, 104600),
)
_months = ("10", "11", "12", "1", "2", "3")
_cohorts = (
    (1.0, 0.42, 0.35, 0.31, 0.28, 0.27),
    (1.0, 0.45, 0.37, 0.33, 0.3, None),
    (1.0, 0.39, 0.33, 0.29, None, None),
    (1.0, 0.47, 0.41, None, None, None),
    (1.0, 0.51, None, None, None, None),
    (1.0, None, None, None, None, None),
)


def list_charts(language: Language) -> dict[str, Chart]:
    """Answers one chart of each kind."""
    is_chinese = language is Language.ZH

    def say(chinese: str, english: str) -> str:
        return chinese if is_chinese else english

    return {
        "takings": Chart(
            kind="area",
            labels=_days,
            unit="fen",
            series=(
                Series(name=say("本期", "This period"), values=_takings),
                Series(name=say("上期", "Period before"), values=_before),
            ),
        ),
        "funnel": Chart(
            kind="funnel",
            labels=(
                say("扫码", "Scanned"),
                say("识别", "Recognised"),
                say("入会", "Joined"),
                say("支付", "Paid"),
                say("再来", "Came back"),
            ),
            series=(Series(name=say("人数", "People"), values=(4210, 3390, 2104, 1466, 512)),),
        ),
        "cohorts": Chart(
            kind="heatmap",
            labels=tuple(say(f"第 {place} 月", f"Month {place}") for place in range(6)),
            unit="ratio",
            series=tuple(
                Series(name=say(f"{month} 月", f"2026-{month:0>2}"), values=row)
                for month, row in zip(_months, _cohorts, strict=True)
            ),
        ),
        **_list_shares(say),
    }


def _list_shares(say: Callable[[str, str], str]) -> dict[str, Chart]:
    return {
        "channels": Chart(
            kind="pie",
            labels=(
                say("门口海报", "Door poster"),
                say("桌贴", "Table card"),
                say("好友分享", "Friend's share"),
                say("收银台", "Till"),
            ),
            series=(Series(name=say("新会员", "New members"), values=(486, 312, 205, 144)),),
        ),
        "products": Chart(
            kind="rows",
            labels=(
                say("茉莉奶绿", "Jasmine milk tea"),
                say("手打柠檬茶", "Lemon tea"),
                say("杨枝甘露", "Mango pomelo"),
                say("芋泥波波", "Taro boba"),
                say("桂花乌龙", "Osmanthus oolong"),
            ),
            unit="fen",
            series=(
                Series(
                    name=say("营业额", "Takings"), values=(412000, 365500, 298000, 240500, 188000)
                ),
            ),
        ),
        "hours": Chart(
            kind="stacked",
            labels=tuple(f"{hour}:00" for hour in range(9, 22)),
            series=(
                Series(
                    name=say("会员", "Members"),
                    values=(12, 18, 26, 44, 38, 29, 33, 30, 27, 41, 47, 32, 15),
                ),
                Series(
                    name=say("散客", "Unknown"),
                    values=(9, 11, 15, 22, 17, 12, 14, 16, 12, 18, 21, 13, 8),
                ),
            ),
        ),
    }


def build_frame(shell: str, language: Language, path: str) -> Frame:
    """Answers the frame around a sample page of a shell."""
    is_chinese = language is Language.ZH
    name = "林晓雨" if is_chinese else "Lin Xiaoyu"
    shop = "榕下茶" if is_chinese else "Under the Banyan"
    if shell == "phone":
        return PhoneFrame(language=language, path=path, person_name=name, unread_count=3)
    if shell == "cashier":
        return CashierFrame(
            language=language,
            path=path,
            person_name=name,
            store_name=f"{shop} · {'中山路店' if is_chinese else 'Zhongshan Road'}",
            till_name="1 号收银台" if is_chinese else "Till 1",
            shift_started="09:02",
        )
    return ConsoleFrame(
        language=language,
        path=path,
        person_name=name,
        role="店主" if is_chinese else "Owner",
        menu=menu,
        merchants=(Choice(value="m1", label=shop), Choice(value="m2", label="South Gate Noodles")),
        merchant="m1",
        stores=(
            Choice(value="s1", label="中山路店" if is_chinese else "Zhongshan Road"),
            Choice(value="s2", label="West Lake"),
        ),
        flashes=(Flash(text=flash_texts[language]),) if path == "/console" else (),
        banner=banner_texts[language] if path == "/console" else "",
    )


def build_values(language: Language) -> dict[str, object]:
    """Answers what the sample pages show."""
    return {
        "is_chinese": language is Language.ZH,
        "say": lambda zh, en: zh if language is Language.ZH else en,
        "now": now,
        "soon": Clock().now() + timedelta(seconds=48),
        "code_picture": "data:image/svg+xml;base64,"
        + b64encode(render_svg("286400000000009031")).decode(),
        "orders": list_orders(language),
        "charts": list_charts(language),
    }
