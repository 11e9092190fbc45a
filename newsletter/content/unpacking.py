"""Unpacking an answer piece by piece, so that a small one cannot unfold into a huge one."""

import zlib

_AUTO = zlib.MAX_WBITS | 32  # gzip or zlib, told by the first bytes
_RAW = -zlib.MAX_WBITS


class TooBigError(Exception):
    """More bytes than allowed."""


class PackingError(Exception):
    """Packed in a way that was not asked for, or broken."""


class Unpacker:
    """Collects the unpacked bytes of one answer, never more than `max_bytes`."""

    def __init__(self, *, encoding: str, max_bytes: int) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise PackingError(encoding)
        self._packed = encoding not in {"", "identity"}
        self._engine = zlib.decompressobj(_AUTO)
        self._max_bytes = max_bytes
        self._first = True
        self.data = bytearray()

    def feed(self, piece: bytes) -> None:
        """Add a piece as it came; raises TooBigError as soon as there is too much."""
        self.data += self._unpack(piece) if self._packed else piece
        if len(self.data) > self._max_bytes:
            raise TooBigError

    def _unpack(self, piece: bytes) -> bytes:
        room = self._max_bytes - len(self.data) + 1
        try:
            return self._engine.decompress(piece, room)
        except zlib.error as error:
            if not self._first:
                raise PackingError("broken") from error
        finally:
            self._first = False
        # Some servers send "deflate" without its header.
        self._engine = zlib.decompressobj(_RAW)
        try:
            return self._engine.decompress(piece, room)
        except zlib.error as error:
            raise PackingError("broken") from error

    def close(self) -> bytes:
        """All bytes; raises PackingError when the packing ended early."""
        if self._packed and self.data and not self._engine.eof:
            raise PackingError("cut short")
        return bytes(self.data)
