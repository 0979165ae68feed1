"""What a picture is, who may say what when, and how long a merchant has."""

from datetime import timedelta

from banyan.base.errors import Invalid, Refusal
from banyan.pay.complaints.types import (
    IMAGE_BYTES_MAX,
    Complaint,
    ComplaintState,
    Grievance,
    RefundState,
)

ANSWER_WITHIN = timedelta(hours=24)
"""How long a merchant has to answer before it is urged to."""
DAY = timedelta(days=1)
LAUNCH_DAYS_MAX = 30
"""Most days that a merchant may take to give money back."""

MY_IMAGES_DAY_MAX = 50
"""The most pictures that a person brings in a day."""
IMAGES_DAY_MAX = 1_000
"""And a merchant."""

_heads = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"BM", "bmp"))


def find_image_kind(content: bytes) -> str:
    """What kind of picture it is. Raises Invalid `complaints.no_image`, `.image_too_large`."""
    if len(content) > IMAGE_BYTES_MAX:
        raise Invalid("complaints.image_too_large", bytes_max=IMAGE_BYTES_MAX)
    for head, kind in _heads:
        if content.startswith(head):
            return kind
    raise Invalid("complaints.no_image")


def check_brought(count: int, count_max: int) -> None:
    """Accept one more picture of a day. Raises Refusal `complaints.too_many_images`."""
    if count >= count_max:
        raise Refusal("complaints.too_many_images", images_max=count_max)


def check_asked(problem: Grievance, asked_fen: int, left_fen: int) -> None:
    """Let a wish for money back pass, or raise.

    Raises Invalid `complaints.nothing_asked`; Refusal `complaints.asked_too_much`.
    """
    if problem is Grievance.REFUND and not asked_fen:
        raise Invalid("complaints.nothing_asked")
    if asked_fen > left_fen:
        raise Refusal("complaints.asked_too_much", left_fen=left_fen)


def check_open(complaint: Complaint) -> None:
    """Raise Refusal `complaints.processed` if nothing is to be settled any more."""
    if complaint.state is ComplaintState.PROCESSED:
        raise Refusal("complaints.processed")


def check_refund_asked(complaint: Complaint) -> None:
    """Raise Refusal unless a wish for money back waits for its answer.

    That is `complaints.no_refund_asked` or `complaints.refund_answered`, or `complaints.processed`.
    """
    if not complaint.asked_fen:
        raise Refusal("complaints.no_refund_asked")
    if complaint.refund_state is not RefundState.NONE:
        raise Refusal("complaints.refund_answered")
    check_open(complaint)
