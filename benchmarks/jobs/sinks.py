"""What the sinks cost by themselves: a client that only sends what was made before."""

import socket
import time

from benchmarks.measuring import processor
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import BenchmarkError
from benchmarks.servers.settings import kind_of
from benchmarks.stage import Stage

_LINE = b"The harbour office counted forty boats by noon, more than in any week.\r\n"
_MAIL = _LINE * (53_000 // len(_LINE)) + b".\r\n"
_BATCH = 1_000
# Of a merge batch, about as many bytes for each reader as the service sends.
_VALUES = b'{"to":[{"email":"r%d@readers.example"}],"values":"' + b"x" * 1_300 + b'"}'


def run(stage: Stage, options: Options) -> Report:
    """Hand `readers` mails to the sink over one connection."""
    sink = stage.sink
    report = Report(title=f"The {sink.kind} sink alone, {options.readers:,} mails")
    before, start = processor.used(sink.process.pid), time.monotonic()
    with socket.create_connection(("127.0.0.1", sink.port), timeout=20) as connection:
        send = _smtp if kind_of(options.shape) == "smtp" else _http
        send(connection, options.readers)
    taken = time.monotonic() - start
    used = processor.used(sink.process.pid) - before
    if sink.tally.mails != options.readers:
        raise BenchmarkError(f"{sink.tally.mails} of {options.readers} mails were counted.")
    report.add("sink", used * 100_000 / options.readers, "CPU-s per 100,000")
    report.add("speed", options.readers / taken, "mails/s over one connection")
    report.add("on the wire", sink.tally.bytes / options.readers, "bytes a mail")
    return report


def _smtp(connection: socket.socket, readers: int) -> None:
    answers = connection.makefile("rb")
    answers.readline()
    connection.sendall(b"EHLO bench\r\n")
    while answers.readline()[3:4] == b"-":
        pass
    for number in range(1, readers + 1):
        envelope = b"MAIL FROM:<a@sender.example>\r\nRCPT TO:<r%d@readers.example>\r\nDATA\r\n"
        connection.sendall(envelope % number)
        for _ in range(3):
            answers.readline()
        connection.sendall(_MAIL)
        answers.readline()


def _http(connection: socket.socket, readers: int) -> None:
    answers = connection.makefile("rb")
    for first in range(1, readers + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, readers + 1))
        body = b",".join(_VALUES % number for number in numbers)
        head = b"POST /v3/mail/send HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head + body)
        while answers.readline() != b"\r\n":
            pass
