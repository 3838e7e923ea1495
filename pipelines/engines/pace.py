"""How many requests a server is sent at once: one more while it keeps up, half as many when it says that it cannot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Pace:
    """A limit that moves between one and the most that settings allow, as congestion control on a network does."""

    def __init__(self, most: int) -> None:
        self.most, self.limit, self.under_way = most, float(min(most, 4)), 0
        self._turn = asyncio.Condition()
        self._resume = 0.0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait until there is room for one more request."""
        async with self._turn:
            await self._turn.wait_for(lambda: self.under_way < int(self.limit))
            self.under_way += 1
        try:
            while (pause := self._resume - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            yield
        finally:
            async with self._turn:
                self.under_way -= 1
                self._turn.notify_all()

    def kept_up(self) -> None:
        """An answer came: about one more at once for each round of answers."""
        self.limit = min(float(self.most), self.limit + 1 / self.limit)

    def overloaded(self, pause: float | None = None) -> None:
        """The server sent us away: half as many, and nobody asks before the pause is over that it asked for."""
        self.limit = max(1.0, self.limit / 2)
        self._resume = max(self._resume, time.monotonic() + (pause or 0.0))
