"""What every provider with an API has in common: write a mailing once, read an answer."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.pieces import Pieces, cut, hole
from subscribers.mailing.api.prototype import NOBODY, Plan, prototype
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.syntax import Syntax
from subscribers.mailing.api.wire import Reply, Request
from subscribers.mailing.errors import ADDRESS, kind_of_status, retry_after, scrub
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider
from subscribers.mailing.standing import Said, Standing

_HERE = "@@readers@@"


class Body(Protocol):
    """The body of a call, but for its readers. Sizes in bytes."""

    @property
    def shared(self) -> int: ...

    @property
    def each(self) -> int: ...

    def write(self, readers: Sequence[Mapping[str, str]]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """JSON with one element for each reader."""

    head: bytes
    element: Pieces
    tail: bytes

    @property
    def shared(self) -> int:
        """Bytes that are there once."""
        return len(self.head) + len(self.tail)

    @property
    def each(self) -> int:
        """Bytes for each reader, without his values."""
        return self.element.size + 1

    def write(self, readers: Sequence[Mapping[str, str]]) -> bytes:
        """The body for these readers."""
        return b"".join((self.head, b",".join(map(self.element.fill, readers)), self.tail))


@dataclass(frozen=True, slots=True)
class Written:
    """A mailing as one provider gets it."""

    url: str
    headers: Mapping[str, str]
    body: Body
    # Of all that is the same for every reader.
    digest: str


class Api:
    """One provider. A file of its own says what differs; the names of its methods are these."""

    # How placeholders are written, and what must not be there.
    syntax = Syntax(placeholder=hole)
    merges = False
    # Where a call goes that only reads, seen from that which sends.
    asks = ""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    # --- Writing

    def plan(self) -> Plan:
        """What is asked of anymail."""
        return Plan(provider=self.provider, syntax=self.syntax, merges=self.merges)

    def write(self, mailing: Mailing) -> Written:
        """The request for `mailing`, written once; raises ValueError or AnymailError."""
        made = prototype(mailing, plan=self.plan())
        return written(made.url, made.headers, self.body(made.data))

    def body(self, data: Any) -> Body:
        """The body from anymail's data: one call for one reader, if a subclass says no other."""
        return Listed(head=b"", element=cut(dumps(data)), tail=b"")

    def key(self, token: str, recipient: Recipient) -> str:
        """The idempotency key of a call; "" for a provider that has none."""
        return ""

    def sign(self, request: Request, texts: Mapping[str, str]) -> Request:
        """The request with what goes into its own headers for one call."""
        return request

    # --- Reading

    def answer(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """What a reply means for the call and for each of its recipients."""
        detail = scrub(f"{reply.status} {reply.text}")
        kind = self.kind(reply)
        if kind is Kind.ACCEPTED:
            try:
                return self.accepted(reply, recipients)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError):
                # It said yes, and no more that can be understood.
                return Answer(kind=Kind.UNKNOWN, detail=detail)
        failed = self.named(reply, recipients) if kind is Kind.REFUSED else {}
        return Answer(
            kind=kind, detail=detail, retry_after=retry_after(reply.headers), failed=failed
        )

    def kind(self, reply: Reply) -> Kind:
        """How the call ended."""
        return kind_of_status(reply.status, provider=self.provider)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """The answer to a call that was taken; raises ValueError or the like when it is not one."""
        raise NotImplementedError

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """Recipients at whom a refusal points: here, those whose address it has in it.

        Who names all of several has repeated the request and pointed at nobody.
        """
        found = {address.strip(".[]`{}").casefold() for address in ADDRESS.findall(reply.text)}
        failure = Failure(reason="refused", detail=scrub(reply.text))
        named = {one.key: failure for one in recipients if one.address.casefold() in found}
        return {} if len(named) == len(recipients) > 1 else named

    # --- Asking

    def question(self, mailing: Mailing) -> Question | None:
        """What is asked about our account, with the keys as anymail gives them for `mailing`.

        None where nothing can be asked but by sending.
        """
        if not self.asks:
            return None
        made = prototype(mailing, plan=self.plan())
        return Question(urljoin(made.url, self.asks), _keys(made.headers))

    def said(self, reply: Reply) -> Said:
        """What the answer to that means."""
        if reply.status == 403:
            return Said(Standing.UNSURE, scrub(f"the key may not be asked about: 403 {reply.text}"))
        standing = _STANDING.get(self.kind(reply), Standing.UNSURE)
        if standing is Standing.WELL:
            return Said(standing, "the account answers")
        return Said(standing, scrub(f"{reply.status} {reply.text}"))


_STANDING = {
    Kind.ACCEPTED: Standing.WELL,
    Kind.ACCOUNT: Standing.REFUSED,
    Kind.UNKNOWN: Standing.AWAY,
    Kind.NOT_ACCEPTED: Standing.AWAY,
}


def written(url: str, headers: Mapping[str, str], body: Body) -> Written:
    """What is sent for a mailing, with the digest of all that its readers share."""
    shape = body.write([_Echo()])
    digest = hashlib.sha256(url.encode() + b"\0" + shape).hexdigest()
    return Written(url=url, headers=headers, body=body, digest=digest)


def listed(data: Any, readers: list[Any]) -> Listed:
    """JSON whose list `readers` (in `data`, with one element: nobody) is repeated."""
    (element,) = readers
    readers[:] = [_HERE]
    head, _, tail = dumps(data).partition(dumps(_HERE))
    return Listed(head=head, element=cut(dumps(element)), tail=tail)


def dumps(data: Any) -> bytes:
    """JSON with a hole for the reader's address in nobody's place."""
    return orjson.dumps(data).replace(NOBODY.encode(), hole("address").encode())


def _keys(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what speaks of a body, which a question has none of."""
    return {name: value for name, value in headers.items() if name.lower() != "content-type"}


class _Echo(Mapping[str, str]):
    """A reader whose values are their names."""

    def __getitem__(self, name: str) -> str:
        return hole(name)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0
