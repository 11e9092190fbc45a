"""Asking a relay without sending: connect, TLS, log in, and whether it takes our senders.

`MAIL` announces a sender and `RSET` takes it back, so that no mail ever begins (RFC 5321 sections
4.1.1.2 and 4.1.1.5).
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

from subscribers import loopback
from subscribers.mailing.answers import Kind
from subscribers.mailing.errors import scrub
from subscribers.mailing.smtp import verdicts
from subscribers.mailing.smtp.opening import CannotOpen, Dialogue, open_wire
from subscribers.mailing.smtp.relay import Relay, Security, relay_of
from subscribers.mailing.smtp.wire import Wire
from subscribers.mailing.standing import Said, Standing

# Seconds for all senders together, after the connection is open.
SENDERS_TIMEOUT = 10.0


def probe(*, url: str, senders: Sequence[str]) -> Said:
    """How we stand with the relay of `url`; ends within half a minute and sends nothing."""
    relay = relay_of(url)
    tls = None if relay.security is Security.NONE else ssl.create_default_context()
    try:
        return asyncio.run(_probe(relay, tls, senders))
    except CannotOpen as error:
        refused = error.answer.kind is Kind.ACCOUNT
        standing = Standing.REFUSED if refused else Standing.AWAY
        return Said(standing, f"{_place(relay)}: {error.answer.detail}")


async def _probe(relay: Relay, tls: ssl.SSLContext | None, senders: Sequence[str]) -> Said:
    wire, _ = await open_wire(relay, tls=tls)
    try:
        async with asyncio.timeout(SENDERS_TIMEOUT):
            return await _introduce(relay, wire, senders)
    except TimeoutError:
        return Said(Standing.AWAY, f"{_place(relay)}: no answer to MAIL in time.")
    finally:
        with suppress(OSError):
            wire.write(b"QUIT\r\n")
        wire.close()


async def _introduce(relay: Relay, wire: Wire, senders: Sequence[str]) -> Said:
    dialogue = Dialogue(wire)
    for sender in senders:
        reply = await dialogue.ask(f"MAIL FROM:<{sender}>")
        if not verdicts.is_good(reply.code):
            for_good = reply.code >= 500
            # Our own address, which is no reader's.
            words = f"{_place(relay)} does not take mail from {sender}: {verdicts.said(reply)}"
            return Said(Standing.REFUSED if for_good else Standing.UNSURE, words)
        await dialogue.ask("RSET")
    return _welcome(relay, len(senders))


def _welcome(relay: Relay, senders: int) -> Said:
    let_in = "logged in" if relay.user else "no log-in is set"
    taken = "takes our sender" if senders == 1 else f"takes our {senders} senders"
    words = scrub(f"{_place(relay)} answers ({_way(relay)}, {let_in}) and {taken}")
    bare = relay.security is Security.NONE and relay.host not in loopback.HOSTS
    if bare:
        return Said(Standing.UNSURE, f"{words}; all of it, and the password, goes in the clear")
    return Said(Standing.WELL, words)


def _place(relay: Relay) -> str:
    return f"{relay.host}:{relay.port}"


def _way(relay: Relay) -> str:
    return {Security.NONE: "no TLS", Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}[
        relay.security
    ]
