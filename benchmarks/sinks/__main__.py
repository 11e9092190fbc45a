"""`python -m benchmarks.sinks http|smtp PORT TALLY READERS SECONDS ...`: one sink on loopback."""

import argparse
import asyncio
import signal
import socket
from functools import partial
from pathlib import Path

from benchmarks.sinks.http import Service
from benchmarks.sinks.smtp import Relay
from benchmarks.sinks.tally import Tally


def main() -> None:
    """Serve until SIGTERM, and in any case no longer than SECONDS."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["http", "smtp"])
    parser.add_argument("socket", type=int, help="a listening socket that was handed down")
    parser.add_argument("tally", type=Path)
    parser.add_argument("readers", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--no-pipelining", dest="pipelining", action="store_false")
    options = parser.parse_args()
    tally = Tally(path=options.tally, readers=options.readers)
    if options.kind == "http":
        protocol = partial(Service, tally=tally, latency=options.latency)
    else:
        protocol = partial(
            Relay, tally=tally, latency=options.latency, pipelining=options.pipelining
        )
    asyncio.run(_serve(protocol, socket.socket(fileno=options.socket), options.seconds))


async def _serve(protocol: partial, listening: socket.socket, seconds: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.call_later(seconds, stop.set)
    server = await loop.create_server(protocol, sock=listening, backlog=1024)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    main()
