"""One serving process: what granian starts, `workers` times."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import AsyncExitStack

import structlog

from banyan.app.back import open_back
from banyan.app.build import Building, open_building
from banyan.app.figures import Figures
from banyan.app.furnish import furnish, open_gateway, open_providers, open_teller
from banyan.app.log import set_up_logging
from banyan.app.parent import end_with_parent
from banyan.app.playground import BuildingPlayground
from banyan.app.settings import Settings, read_settings
from banyan.app.web import Guides, Web, build_web
from banyan.base.errors import Failure
from banyan.doors.http.access_log import AccessLog
from banyan.doors.http.visit import Asgi, Receive, Scope, Send
from banyan.doors.pages.ask import NO_SAMPLES, Samples
from banyan.doors.sandbox import Faults, FaultyCourier
from banyan.outside.callbacks import open_courier
from banyan.outside.gateways.runner import GatewayRunner
from banyan.outside.gateways.statements import StatementFetcher
from banyan.outside.storage import FolderFiles
from banyan.outside.wechat import Runner
from banyan.reach.pushes import Courier

_log = structlog.get_logger("banyan.worker")

_objects_between_collections = 20_000


def create_app() -> Asgi:
    """The application of a process that takes its settings from the environment."""
    settings = read_settings()
    end_with_parent()
    return Worker(settings, is_json_log=set_up_logging(settings.log))


class Worker:
    """An ASGI application that opens the building when the server starts it, and closes it."""

    def __init__(self, settings: Settings, *, is_json_log: bool) -> None:
        self._settings = settings
        self._is_json_log = is_json_log
        self._web: Web | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or live through the server's life from start to end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self._web is not None, "the server sends requests only after the start"
        await self._web.app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        has_started = False
        try:
            async with AsyncExitStack() as stack:
                self._web = await self._open(stack)
                _settle_in()
                await send({"type": "lifespan.startup.complete"})
                has_started = True
                await receive()
                self._web.health.is_stopping = True
        except Failure as failure:
            if has_started:
                raise
            _log.error("worker.not_started", failure=str(failure))
            await send({"type": "lifespan.startup.failed", "message": str(failure)})
        except BaseExceptionGroup:
            # Something in the back is broken beyond repair; serving on would pile up what it
            # should do. The server starts another process in our place.
            _log.exception("worker.broken")
            os.kill(os.getpid(), signal.SIGTERM)
            raise
        else:
            await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, stack: AsyncExitStack) -> Web:
        faults = Faults() if self._settings.sandbox else None
        building = await stack.enter_async_context(open_building(self._settings))
        console = await furnish(building, faults)
        courier = await self._open_courier(stack, faults)
        gateway = open_gateway(self._settings)
        runner = Runner(building.office, gateway, FolderFiles(self._settings.files))
        providers = open_providers(self._settings)
        asking = GatewayRunner(building.office, providers, self._settings.public_url)
        fetching = StatementFetcher(building.office, providers)
        runners = (runner, open_teller(building, faults), asking, fetching)
        opening = open_back(building, self._forget, courier, runners)
        back = await stack.enter_async_context(opening)
        figures = Figures(building, back)
        playground = BuildingPlayground(building, back, faults) if faults is not None else None
        access_log = self._open_access_log(stack)
        return build_web(
            building,
            figures,
            access_log,
            playground,
            Guides(
                find_code=console.find_code if self._settings.shows_codes else None,
                samples=await self._find_samples(building),
                read_openid=gateway.find_openid,
            ),
            providers,
        )

    async def _find_samples(self, building: Building) -> Samples:
        if not self._settings.demo:
            return NO_SAMPLES
        from banyan.app.demo.guide import find_samples

        return await find_samples(building)

    async def _open_courier(self, stack: AsyncExitStack, faults: Faults | None) -> Courier:
        wait_s = self._settings.callback_wait_s
        opening = open_courier(wait_s=wait_s, may_call_private=self._settings.may_call_private)
        courier = await stack.enter_async_context(opening)
        return courier if faults is None else FaultyCourier(courier, faults, wait_s=wait_s)

    def _open_access_log(self, stack: AsyncExitStack) -> AccessLog | None:
        if not self._settings.access_log:
            return None
        log = AccessLog(_write_lines, is_json=self._is_json_log)
        stack.callback(log.flush)
        return log

    def _forget(self) -> None:
        if self._web is not None:
            self._web.forget()


def _settle_in() -> None:
    """Let what is there for good no longer be searched for garbage while requests wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_objects_between_collections, 20, 50)


def _write_lines(lines: bytes) -> None:
    sys.stderr.buffer.write(lines)
    sys.stderr.buffer.flush()
