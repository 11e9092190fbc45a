"""Mailgun: one form with a `to` for each reader and `recipient-variables`.

Why nothing of ours reaches a template language: Handlebars runs only for a stored template, and we
name none. `%recipient.name%` and its like are kept out of mailing and values; Mailgun does not
escape what it puts in.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.api.base import Api, Body, Written, dumps, written
from subscribers.mailing.api.pieces import Pieces, cut, cut_plain, hole
from subscribers.mailing.api.prototype import prototype
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.syntax import Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.standing import Said, Standing

_FIELD = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'


class Mailgun(Api):
    """API v3, messages."""

    syntax = Syntax(
        placeholder="%recipient.{}%".format,
        hostile=re.compile(r"%(?=recipient|unsubscribe|mailing_list|tag_)"),
    )
    merges = True

    def write(self, mailing: Mailing) -> Written:
        """anymail's form as multipart, which needs no escaping of 48 KB."""
        made = prototype(mailing, plan=self.plan())
        body = _Form.of(made.data)
        kind = f"multipart/form-data; boundary={body.boundary}"
        return written(made.url, {**made.headers, "Content-Type": kind}, body)

    def kind(self, reply: Reply) -> Kind:
        """404 "Domain not found": the account does not have the sender's domain."""
        if reply.status == 404:
            return Kind.ACCOUNT
        return super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"id": "<...>", "message": "Queued. Thank you."}; other words are no promise."""
        said = orjson.loads(reply.body)
        if not said["message"].startswith("Queued"):
            raise ValueError("not queued")
        return Answer(kind=Kind.ACCEPTED, detail=str(said["id"]))

    def question(self, mailing: Mailing) -> Question:
        """A mail without recipients: a key that may only send is refused everything that reads."""
        made = prototype(mailing, plan=self.plan())
        return Question(made.url, made.headers, b"")

    def said(self, reply: Reply) -> Said:
        """400: it would take a whole one. 404: the sender's domain is not in the account."""
        if reply.status == 400:
            return Said(Standing.WELL, "the key is taken, and the sender's domain is known")
        return super().said(reply)


@dataclass(frozen=True, slots=True)
class _Form(Body):
    boundary: str
    head: bytes
    to: Pieces
    variables: Pieces
    opening: bytes
    closing: bytes

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "_Form":
        """anymail's fields, but for those that differ from reader to reader."""
        rest = dict(fields)
        del rest["to"]
        ((_, values),) = orjson.loads(rest.pop("recipient-variables")).items()
        # Fixed, so that a replay has the same bytes; nobody can foresee it and write it.
        boundary = hashlib.sha256(repr(sorted(rest.items())).encode()).hexdigest()
        pairs = [(name, one) for name, value in rest.items() for one in _each(value)]
        opening = _FIELD.format(boundary, "recipient-variables", "{").removesuffix("\r\n")
        return cls(
            boundary=boundary,
            head="".join(_FIELD.format(boundary, *pair) for pair in pairs).encode(),
            to=cut_plain(_FIELD.format(boundary, "to", hole("address")).encode()),
            variables=cut(b'"%b":%b' % (hole("address").encode(), dumps(values))),
            opening=opening.encode(),
            closing=f"}}\r\n--{boundary}--\r\n".encode(),
        )

    @property
    def shared(self) -> int:
        """Bytes that are there once."""
        return len(self.head) + len(self.opening) + len(self.closing)

    @property
    def each(self) -> int:
        """Bytes for each reader, without his values."""
        return self.to.size + self.variables.size + 1

    def write(self, readers: Sequence[Mapping[str, str]]) -> bytes:
        """The form for these readers."""
        variables = b",".join(map(self.variables.fill, readers))
        to = map(self.to.fill, readers)
        return b"".join((self.head, *to, self.opening, variables, self.closing))


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
