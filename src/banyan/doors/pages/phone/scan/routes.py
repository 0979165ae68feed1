"""Reading a code inside the app, and going where it leads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.papers.app_links import find_token

_token = re.compile(r"[2-9A-Z]{10,32}")
_barcode = re.compile(r"[0-9]{8}|[0-9]{13}")
"""What is printed on things that are sold."""
_ours = re.compile(
    r"/c/[2-9A-Za-z]{10,32}|/[dkqw]/[A-Za-z0-9_-]{32}|/orders/[0-9]{1,19}/pay"
    r"|/gift/[A-Za-z0-9_-]{20,64}|/shake/[0-9]{1,19}/[0-9]{1,10}"
    r"|/pay/[2-9A-Z]{20}|/connect/confirm/[A-Za-z0-9_-]{20,100}|/m/wx[0-9a-f]{16}"
)
"""A place, a device, cards on offer, an account's own code, a gift, what a till shows to be paid by
phone, by us or by a program, what a site shows to be signed in at, and a page of a mini program."""
_asked = re.compile(r"weixin://wxpay/bizpayurl\?pr=([2-9A-Z]{20})")
"""What a merchant's program asks to be paid, as WeChat's protocol has it."""
_device_host = "we.qq.com"
"""What programs print on their devices leads there, as the SDKs know no other address."""
_text_characters_max = 2_000


async def show_scanner(ask: Ask) -> Answer:
    """The camera, and a field for those without one."""
    return show(ask, "scan/page.html", await frame_of(ask), text="", error="")


async def open_code(ask: Ask) -> Answer:
    """Go where the code leads; tell what it says when that is nowhere of ours."""
    text = ask.form.text("text")[:_text_characters_max]
    path = find_path(text, ask.house.facts.public_url, ask.visit.header(b"host"))
    if path:
        return ask.go(path)
    error = ask.words("This is no code of a shop here.") if text else ask.words("Type the code.")
    return show(ask, "scan/page.html", await frame_of(ask), status=422, text=text, error=error)


def find_path(text: str, public_url: str, host: str) -> str:
    """Where a code leads among our pages: an address of ours, or the letters below the picture."""
    asked = _asked.fullmatch(text)
    if asked:
        return f"/pay/{asked[1]}"
    token = find_token(text)
    if token:
        return f"/l/{token}"
    return _find_typed(text) or _find_ours(text, public_url, host)


def _find_typed(text: str) -> str:
    typed = re.sub(r"[\s-]", "", text).upper()
    if _barcode.fullmatch(typed):
        return f"/goods/ean{len(typed)}/{typed}"
    return f"/c/{typed}" if _token.fullmatch(typed) else ""


def _find_ours(text: str, public_url: str, host: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    found = _ours.fullmatch(parts.path.rstrip("/"))
    is_ours = parts.netloc in {"", host, urlsplit(public_url).netloc} or (
        parts.netloc == _device_host and parts.path.startswith("/d/")
    )
    if not (found and is_ours):
        return ""
    return f"{found[0]}?{parts.query}" if found[0].startswith("/m/") and parts.query else found[0]


ROUTES = (
    PageRoute("GET", "/scan", show_scanner),
    PageRoute("POST", "/scan", open_code),
)
