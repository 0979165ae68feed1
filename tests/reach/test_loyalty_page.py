"""The page on loyalty names the results and notices that there are."""

import re
from pathlib import Path

from banyan.reach.broadcasts import NOTICE, DeliveryResult

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "loyalty.md"
KINDS = {
    "orders.receipt",
    "orders.refund",
    "coupons.arrived",
    "channels.welcome",
    "channels.message",
    "channels.out_of_order",
    "comments.replied",
    "cards.member_updated",
    "invoices.issued",
    "invoices.refused",
}


def first_cells(heading: str) -> set[str]:
    """The first cells of the table below a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {cell for row in rows for cell in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_result_of_a_delivery_is_explained() -> None:
    assert first_cells("Official accounts") == {one.value for one in DeliveryResult}


def test_every_kind_of_notice_is_explained() -> None:
    assert first_cells("The inbox") == KINDS
    written = {
        line.split('kind="')[1].split('"')[0]
        for path in (PAGE.parents[2] / "src" / "banyan").glob("*/*/*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if 'kind="' in line and "NewNotice" in path.read_text(encoding="utf-8")
    }
    # What is sent to many lies in no inbox: inboxes read it where it is.
    assert written | {NOTICE} == KINDS
