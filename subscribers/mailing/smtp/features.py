"""What a relay says it can do, in its reply to EHLO (RFC 5321 section 4.1.1.1)."""

from dataclasses import dataclass

from subscribers.mailing.smtp.replies import Reply


@dataclass(frozen=True, slots=True)
class Features:
    """`declares_size`: MAIL may name the size; `size`: bytes at most, 0 when it sets no limit."""

    pipelining: bool = False
    starttls: bool = False
    smtputf8: bool = False
    declares_size: bool = False
    size: int = 0
    mechanisms: frozenset[str] = frozenset()


def features_of(reply: Reply) -> Features:
    """The extensions that EHLO's reply names; the first line is only a greeting."""
    offered: dict[str, list[str]] = {}
    for line in reply.words.decode("ascii", "replace").upper().splitlines()[1:]:
        # Some old servers write AUTH=LOGIN besides AUTH LOGIN.
        if words := line.replace("AUTH=", "AUTH ").split():
            offered.setdefault(words[0], []).extend(words[1:])
    size = next(iter(offered.get("SIZE", [])), "0")
    return Features(
        pipelining="PIPELINING" in offered,
        starttls="STARTTLS" in offered,
        smtputf8="SMTPUTF8" in offered,
        declares_size="SIZE" in offered,
        # Twenty digits are the most there may be (RFC 1870 section 4).
        size=int(size) if size.isdecimal() and len(size) <= 20 else 0,
        mechanisms=frozenset(offered.get("AUTH", [])),
    )
