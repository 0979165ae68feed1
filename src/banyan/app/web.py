"""All doors of one process as one ASGI application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import structlog

from banyan.app.actors import Actors
from banyan.app.build import Building
from banyan.app.figures import Figures
from banyan.app.health import Health
from banyan.app.platform_keys import Platform
from banyan.app.playground import BuildingPlayground
from banyan.app.settings import Settings
from banyan.base.errors import NotFound
from banyan.doors.alipay import BILL_PATH, RETURN_PATH, AlipayDoor, BillDoor, ReturnDoor
from banyan.doors.alipay import ENDPOINTS as ALIPAY_ENDPOINTS
from banyan.doors.alipay import PATH as ALIPAY_PATH
from banyan.doors.api import PAGES, ROUTES
from banyan.doors.api.reference import show_problem
from banyan.doors.gateways import WORD as GATEWAYS_WORD
from banyan.doors.gateways import GatewayDoor
from banyan.doors.http import Answer, Front, JsonDoor, Limiter, Page, SignIn, Visit, Watch
from banyan.doors.http.access_log import AccessLog
from banyan.doors.http.files import FilesDoor
from banyan.doors.http.metrics import may_read_figures
from banyan.doors.http.problem import answer_reading
from banyan.doors.http.visit import Asgi
from banyan.doors.pages.ask import NO_SAMPLES, Facts, FindCode, House, ReadOpenid, Samples
from banyan.doors.pages.phone.platform.routes import PLATFORM_LOGIN
from banyan.doors.pages.router import PagesDoor
from banyan.doors.pages.shell import Pages
from banyan.doors.pages.statics import WORDS, StaticsDoor
from banyan.doors.pages.tables import ROUTES as PAGE_ROUTES
from banyan.doors.pages.tables import SURROUNDS
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.sandbox import FaultyBank, FaultyResponses, SandboxDoor
from banyan.doors.wechat import ENDPOINTS, Outside, RemoteDoor, WeChatDoor
from banyan.doors.wechat import PATHS as WECHAT_PATHS
from banyan.doors.wechat import WORDS as WECHAT_WORDS
from banyan.doors.wechatpay import (
    ENDPOINTS as PAY_ENDPOINTS,
)
from banyan.doors.wechatpay import (
    ENDPOINTS_V2 as PAY_ENDPOINTS_V2,
)
from banyan.doors.wechatpay import PATHS as PAY_PATHS
from banyan.doors.wechatpay import WORDS as PAY_WORDS
from banyan.doors.wechatpay import WeChatPayDoor
from banyan.outside.callbacks import Prober
from banyan.outside.storage import FolderFiles
from banyan.pay.gateways import GatewayKind, Provider

_log = structlog.get_logger("banyan.web")


@dataclass(frozen=True)
class Web:
    """The application, and the parts of it that others must reach."""

    app: Asgi
    sign_in: SignIn
    health: Health
    wechat: WeChatDoor
    wechatpay: WeChatPayDoor

    def forget(self) -> None:
        """Ask again for everything, as after the database has been emptied."""
        self.sign_in.forget_all()
        self.wechat.forget()
        self.wechatpay.forget()


@dataclass(frozen=True)
class Guides:
    """What pages show or ask beyond the books."""

    find_code: FindCode | None = None
    """Shows the one-time codes of a demo on its sign-in page."""
    samples: Samples = NO_SAMPLES
    """Where to begin in a demo."""
    read_openid: ReadOpenid | None = None
    """Says who comes from WeChat's pages."""


NO_GUIDES = Guides()
NO_PROVIDERS: Mapping[GatewayKind, Provider] = {}


def build_web(
    building: Building,
    figures: Figures,
    access_log: AccessLog | None,
    playground: BuildingPlayground | None = None,
    guides: Guides = NO_GUIDES,
    providers: Mapping[GatewayKind, Provider] = NO_PROVIDERS,
) -> Web:
    """Every door over this building; the sandbox only with a playground.

    What `providers` tell is heard.
    """
    settings = building.settings
    ORIGIN.connect(settings.public_url)
    sign_in = SignIn(
        Actors(building.office).find, ttl_s=settings.actor_ttl_s, guesses=_limiter(building)
    )
    office = FaultyBank(building.office, playground.faults) if playground else building.office
    platform = Platform(building.office)
    facts = _facts(building, guides, platform)
    house = House(office, read_pages(), sign_in, facts, building.office.clock.now)
    wechat = _build_wechat(building, house)
    wechatpay = _build_wechatpay(building, house, platform)
    doors = _build_doors(building, house) | dict.fromkeys(WECHAT_WORDS, wechat)
    doors |= dict.fromkeys(PAY_WORDS, wechatpay)
    doors[GATEWAYS_WORD] = GatewayDoor(building.office, providers)
    if playground is not None:
        token = settings.sandbox_token
        doors["sandbox"] = SandboxDoor(playground, token=token, log=_log)
    health = Health(building)
    screens = PagesDoor(
        PAGE_ROUTES, house, limiter=_limiter(building), log=_log, surrounds=SURROUNDS
    )
    # Among the paths that are WeChat's stands a page: where an owner lets a platform act.
    paths: dict[str, Asgi] = {
        **dict.fromkeys(WECHAT_PATHS, wechat),
        **dict.fromkeys(PAY_PATHS, wechatpay),
        PLATFORM_LOGIN: screens,
        ALIPAY_PATH: _build_alipay(building, house),
        RETURN_PATH: ReturnDoor(house.office, building.office.clock.now),
        BILL_PATH: BillDoor(house.office, building.office.clock.now),
    }
    watching = _build_figures(figures, health, settings)
    app: Asgi = Front(watching, doors, rest=screens, paths=paths)
    if playground is not None:
        app = FaultyResponses(app, playground.faults)
    watch = Watch(
        app, log=_log, metrics=figures.metrics, access_log=access_log, proxies=settings.proxies
    )
    return Web(watch, sign_in, health, wechat, wechatpay)


def _build_figures(figures: Figures, health: Health, settings: Settings) -> dict[str, Page]:
    """The addresses for programs that watch over us, and the API's description."""
    token, is_behind_proxy = settings.metrics_token, settings.is_behind_proxy

    async def show_metrics(visit: Visit) -> Answer:
        if not may_read_figures(visit, token, is_behind_proxy=is_behind_proxy):
            return answer_reading(visit, NotFound("request.not_found"))
        text, media_type = await figures.metrics.render()
        return Answer(200, text, media_type.encode())

    return {
        **PAGES,
        "/health/live": health.show_live,
        "/health/ready": health.show_ready,
        "/metrics": show_metrics,
    }


def _build_doors(building: Building, house: House) -> dict[str, Asgi]:
    """The doors by the first word of their paths."""
    statics = StaticsDoor(house.pages.assets)
    api = JsonDoor(
        ROUTES,
        office=house.office,
        sign_in=house.sign_in,
        limiter=_limiter(building),
        log=_log,
    )
    files = FilesDoor(FolderFiles(building.settings.files))
    doors: dict[str, Asgi] = {
        "v1": api,
        "problems": show_problem,
        "files": files,
        "remotes": RemoteDoor(house.office),
    }
    return doors | dict.fromkeys(WORDS, statics)


def _build_wechat(building: Building, house: House) -> WeChatDoor:
    return WeChatDoor(
        ENDPOINTS,
        office=house.office,
        now=building.office.clock.now,
        limiter=_limiter(building),
        log=_log,
        outside=Outside(
            prober=Prober(may_call_private=building.settings.may_call_private),
            has_rids=building.settings.wechat_rids,
        ),
    )


def _build_wechatpay(building: Building, house: House, platform: Platform) -> WeChatPayDoor:
    return WeChatPayDoor(
        PAY_ENDPOINTS,
        PAY_ENDPOINTS_V2,
        office=house.office,
        read_platform=platform,
        now=building.office.clock.now,
        public_url=building.settings.public_url,
        limiter=_limiter(building),
        log=_log,
    )


def _build_alipay(building: Building, house: House) -> AlipayDoor:
    return AlipayDoor(
        ALIPAY_ENDPOINTS,
        office=house.office,
        now=building.office.clock.now,
        public_url=building.settings.public_url,
        limiter=_limiter(building),
        log=_log,
    )


@cache
def read_pages() -> Pages:
    """Templates and catalogues: the same for every building, and slow to read."""
    return Pages()


def _facts(building: Building, guides: Guides, platform: Platform) -> Facts:
    settings = building.settings
    return Facts(
        public_url=settings.public_url,
        is_secure=settings.is_secure,
        is_production=settings.production,
        samples=guides.samples,
        find_code=None if settings.production else guides.find_code,
        wechat_pages_url=settings.wechat_pages_url.rstrip("/"),
        read_openid=guides.read_openid,
        make_keys=platform,
    )


def _limiter(building: Building) -> Limiter | None:
    settings = building.settings
    if not settings.rate_per_s:
        return None
    return Limiter(rate=settings.rate_per_s, burst=settings.rate_burst)
