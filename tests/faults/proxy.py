"""A TCP proxy in front of PostgreSQL that cuts connections when told: `proxy.py PORT TARGET`, a process of its own.

SIGUSR1: the next COMMIT is passed on and its connection cut before any answer comes back. SIGUSR2: it is cut with the
COMMIT unsent. SIGHUP: all connections are cut now.
"""

import asyncio
import os
import signal
import sys

HOST = "127.0.0.1"
COMMIT = b"COMMIT"


class Proxy:
    """Who is connected, and how many cuts are owed."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._after = self._before = 0
        self._open: set[asyncio.StreamWriter] = set()

    def cut_after(self) -> None:
        self._after += 1

    def cut_before(self) -> None:
        self._before += 1

    def cut_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """One connection until either side ends it."""
        try:
            server, onward = await asyncio.open_connection(HOST, self._target)
        except OSError:
            answer.transport.abort()
            return
        ends = {answer, onward}
        self._open |= ends
        back = asyncio.ensure_future(self._pass_on(server, answer))
        try:
            await self._send(client, onward, back)
        except OSError:
            pass
        finally:
            back.cancel()
            for writer in ends:
                writer.transport.abort()
            self._open -= ends

    async def _send(
        self, client: asyncio.StreamReader, onward: asyncio.StreamWriter, back: "asyncio.Future[None]"
    ) -> None:
        while not back.done() and (words := await self._next(client, back)):
            if COMMIT in words and self._before:
                self._before -= 1
                return
            if COMMIT in words and self._after:
                self._after -= 1
                back.cancel()
                onward.write(words)
                await onward.drain()
                onward.close()  # an orderly end: the server reads all that was sent before it sees it
                await onward.wait_closed()
                return
            onward.write(words)
            await onward.drain()

    async def _next(self, client: asyncio.StreamReader, back: "asyncio.Future[None]") -> bytes:
        reading = asyncio.ensure_future(client.read(65536))
        await asyncio.wait({reading, back}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            return reading.result()
        reading.cancel()
        return b""

    async def _pass_on(self, server: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        try:
            while words := await server.read(65536):
                answer.write(words)
                await answer.drain()
        except OSError:
            pass


async def main(port: int, target: int) -> None:
    """Serve until killed, or left alone."""
    proxy, loop = Proxy(target), asyncio.get_running_loop()
    for number, cut in (
        (signal.SIGUSR1, proxy.cut_after), (signal.SIGUSR2, proxy.cut_before), (signal.SIGHUP, proxy.cut_all)
    ):  # fmt: skip
        loop.add_signal_handler(number, cut)
    parent = os.getppid()
    async with await asyncio.start_server(proxy.serve, HOST, port):
        while os.getppid() == parent:
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
