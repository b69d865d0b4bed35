"""An event loop in a thread of its own, for callers that are threads and want to stop waiting at any time."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from frigate_ext.runtime.worker import Worker

T = TypeVar("T")


class LoopClosedError(RuntimeError):
    """The loop takes nothing any more. Whoever uses one makes it an error of their own."""


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in daemon threads: the usual pool is waited for at exit, however long that takes."""

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        answer: asyncio.Future[Any] = self.create_future()

        def look_up() -> None:
            try:
                found = socket.getaddrinfo(*args, **kwargs)
            except (OSError, UnicodeError) as error:
                self._tell(answer, answer.set_exception, error)
            else:
                self._tell(answer, answer.set_result, found)

        threading.Thread(target=look_up, name="name-lookup", daemon=True).start()
        return await answer

    def _tell(self, answer: asyncio.Future[Any], say: Callable[[Any], None], what: object) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits for it any more
            self.call_soon_threadsafe(lambda: None if answer.done() else say(what))


class LoopThread(Worker):
    """Runs coroutines for other threads; stopping cancels those still running, then awaits `finish`."""

    def __init__(self, name: str, finish: Callable[[], Coroutine[Any, Any, None]]) -> None:
        super().__init__(name)
        self._finish = finish
        self._loop = _Loop()
        self._lock = threading.Lock()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start `coroutine`; cancelling the future cancels it. Raises LoopClosedError once stopped."""
        with self._lock:
            if self.stopping.is_set():
                coroutine.close()
                raise LoopClosedError
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def stop(self) -> None:
        with self._lock:
            super().stop()

    def wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)

    def join(self, timeout: float | None = None) -> bool:
        gone = super().join(timeout)
        if gone:
            self._loop.close()  # for one that never ran
        return gone

    def run(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._wind_up())
        finally:
            self._loop.close()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._finish()
