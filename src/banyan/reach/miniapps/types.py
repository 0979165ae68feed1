"""Ids, structs and events of mini programs: their code, its audits and releases."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE, LINES
from banyan.books.journal import Event
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid

PAGES_MAX = 100
"""Most pages of a mini program."""
PACKAGES_MAX = 200
"""Most drafts, and most templates, in a merchant's library."""
AUDITS_MAX = 100
"""How often a merchant's mini programs may be sent to the audit in a month."""
SPEEDUPS_MAX = 10
"""How many of these may be hurried."""
UNDOS_A_DAY, UNDOS_A_MONTH = 5, 10
"""How often a mini program may be called back from the audit."""
TESTERS_MAX = 50
HISTORY_MAX = 5
"""So many releases before the present one can be gone back to."""

PagePath = Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]
Json = Annotated[str, msgspec.Meta(max_length=100_000)]
VersionName = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
Description = Annotated[str, msgspec.Meta(max_length=512, pattern=LINES)]
Reason = Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINES)]


class VersionId(Id):
    """Code of a mini program, as it was committed once."""


class PackageId(Id):
    """Code in a merchant's library: a small number of that library."""


class AuditId(Id):
    """An audit: a small number among those of one mini program."""


class CategoryId(Id):
    """What a mini program is about: a number of a second class."""


class Env(StrEnum):
    """Which code of a mini program is opened."""

    RELEASE = "release"
    TRIAL = "trial"
    """The latest that was committed: for testers."""
    DEVELOP = "develop"
    """The same here: what developers have on their own machines nobody else can open."""


class AuditState(StrEnum):
    """How far an audit is. Stored: never renamed."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DELAYED = "delayed"
    """It takes longer, and may still end either way."""
    RELEASED = "released"
    """Approved, and everybody has the code."""


class Decision(StrEnum):
    """What the audit can say."""

    APPROVE = "approve"
    REFUSE = "refuse"
    DELAY = "delay"


class GrayState(StrEnum):
    """How far a release to a part of the people is. Stored: never renamed."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class OwnCommand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mini program of a merchant."""

    merchant_id: MerchantId
    channel_id: ChannelId


class AppConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What a mini program's code says of itself: the part of it that Banyan shows."""

    pages: list[str]
    """The first is where it begins."""
    title: str = ""
    titles: dict[str, str] = {}
    """Of pages that have a title of their own."""
    web: dict[str, str] = {}
    """Of pages that show a page of the web: its address."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """Code in a merchant's library: a draft, or a template from which mini programs are made."""

    merchant_id: Id
    package_id: PackageId
    is_template: bool
    config: AppConfig
    version_name: str
    version_note: str
    created_at: datetime


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Code of a mini program."""

    version_id: VersionId
    template_id: PackageId
    config: AppConfig
    ext: dict[str, Any]
    """What its pages are told, from `ext` of the configuration."""
    version_name: str
    version_note: str
    committed_at: datetime


class AuditItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page as it is put to the audit."""

    address: PagePath = ""
    tag: Annotated[str, msgspec.Meta(max_length=500, pattern=LINE)] = ""
    title: Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)] = ""
    first_class: Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)] = ""
    second_class: Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)] = ""


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """Code that was put to the audit, and what came of it."""

    audit_id: AuditId
    version: Version
    state: AuditState
    reason: str
    items: list[AuditItem]
    note: str
    is_urgent: bool
    submitted_at: datetime
    decided_at: datetime | None


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Code that everybody has, or had."""

    release_id: int
    """Its number among those of the mini program."""
    version: Version
    released_at: datetime


class GrayPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The release of approved code to a part of the people."""

    state: GrayState = GrayState.NONE
    percentage: int = 0
    has_testers_first: bool = False
    started_at: datetime | None = None
    audit_id: int = 0


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """What a mini program is about."""

    first_id: int
    first_class: str
    second_id: CategoryId
    second_class: str


class App(msgspec.Struct, frozen=True, kw_only=True):
    """How a mini program stands."""

    channel_id: ChannelId
    trial_id: Id = Id(0)
    """What was committed last."""
    release_id: int = 0
    """What everybody has; 0 for nothing yet."""
    last_release_id: int = 0
    last_audit_id: int = 0
    is_reverted: bool = False
    """What everybody has was gone back to."""
    is_open: bool = True
    """People may open it."""
    is_searchable: bool = True
    gray: GrayPlan = GrayPlan()
    category_ids: list[int] = []


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """How often a merchant sent mini programs to the audit in a month, and hurried it."""

    month_on: date
    audits_count: int = 0
    speedups_count: int = 0


class Tester(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may open what is not released."""

    userstr: str
    """What programs name them by."""
    masked_phone: str
    bound_at: datetime


class CodeCommitted(Event, frozen=True, kw_only=True, tag="miniapps.committed"):
    """A mini program has other code to try; `subject_id` is the version."""

    version_name: str


class AuditSubmitted(Event, frozen=True, kw_only=True, tag="miniapps.audit_submitted"):
    """Code was put to the audit."""

    audit_id: int
    version_name: str


class AuditDecided(Event, frozen=True, kw_only=True, tag="miniapps.audit_decided"):
    """An audit came to something, or was called back."""

    audit_id: int
    state: AuditState
    reason: str = ""


class AppReleased(Event, frozen=True, kw_only=True, tag="miniapps.released"):
    """Everybody has other code of a mini program from now on; `subject_id` is the version."""

    release_id: int
    version_name: str
    is_return: bool
    """It went back to what people had before."""


class AppOpened(Event, frozen=True, kw_only=True, tag="miniapps.opened"):
    """A person opened a page of a mini program; `subject_id` is the version."""

    openid: Openid
    page: str
    query: str
    entry: int
    """By which way, as the protocol numbers it: 1001 a list, 1011 a code, 1047 a mini program code,
    1065 a link, 1007 a card in a conversation, ..."""
    scene: str = ""
    """The parameter of the code that brought them."""
    is_first: bool
    """They had never opened it."""


class AppShared(Event, frozen=True, kw_only=True, tag="miniapps.shared"):
    """A person shared a page of a mini program."""

    openid: Openid
    page: str
