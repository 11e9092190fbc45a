"""A request written once per mailing, with holes for what differs from reader to reader.

The JSON of a mail of 48 KB is made once; for each reader only his own values are encoded and put
between the pieces.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson

# Letters and signs that JSON, a mail header and anymail leave as they are.
_HOLE = re.compile(rb"@@(value|line|nested):([a-z_]+)@@")


def hole(name: str, *, kind: str = "value") -> str:
    """Where a reader's value is put in. `line`: as a header takes it; `nested`: in JSON in JSON."""
    return f"@@{kind}:{name}@@"


def json_text(text: str) -> bytes:
    """`text` as it stands between the quotes of JSON."""
    return orjson.dumps(text)[1:-1]


def _line(text: str) -> bytes:
    return json_text(" ".join(text.split()))


def _nested(text: str) -> bytes:
    return json_text(json_text(text).decode())


_ENCODERS: Mapping[bytes, Callable[[str], bytes]] = {
    b"value": json_text,
    b"line": _line,
    b"nested": _nested,
}


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stays, and where each value goes."""

    parts: list[bytes]
    holes: list[tuple[int, str, Callable[[str], bytes]]]

    @property
    def size(self) -> int:
        """Bytes of what stays."""
        return sum(map(len, self.parts))

    def fill(self, texts: Mapping[str, str]) -> bytes:
        """The whole for one reader; raises KeyError when a value is missing."""
        parts = self.parts.copy()
        for place, name, encode in self.holes:
            parts[place] = encode(texts[name])
        return b"".join(parts)


def cut(template: bytes, *, encoders: Mapping[bytes, Callable[[str], bytes]] = _ENCODERS) -> Pieces:
    """Cut at the holes."""
    # Literal, kind, name, literal, kind, name, ... literal.
    found = _HOLE.split(template)
    parts, holes = [found[0]], []
    for kind, name, literal in zip(found[1::3], found[2::3], found[3::3], strict=True):
        holes.append((len(parts), name.decode(), encoders[kind]))
        parts += [b"", literal]
    return Pieces(parts=parts, holes=holes)


# Not JSON but a field of a form: as it stands.
cut_plain = partial(cut, encoders={b"value": str.encode})
