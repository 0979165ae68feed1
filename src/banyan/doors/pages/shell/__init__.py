"""What all pages share: the three shells, macros, languages, formats, charts and static files."""

from banyan.doors.pages.shell.assets import Asset, Assets
from banyan.doors.pages.shell.chart import Chart, Series
from banyan.doors.pages.shell.environment import Pages, build_environment
from banyan.doors.pages.shell.frame import (
    CashierFrame,
    Choice,
    ConsoleFrame,
    Flash,
    Frame,
    MenuItem,
    PhoneFrame,
    Tab,
)
from banyan.doors.pages.shell.i18n import Language, choose_language, mark, translate
from banyan.doors.pages.shell.security import content_security_policy, page_headers

__all__ = (
    "Asset",
    "Assets",
    "CashierFrame",
    "Chart",
    "Choice",
    "ConsoleFrame",
    "Flash",
    "Frame",
    "Language",
    "MenuItem",
    "Pages",
    "PhoneFrame",
    "Series",
    "Tab",
    "build_environment",
    "choose_language",
    "content_security_policy",
    "mark",
    "page_headers",
    "translate",
)
