"""The staff's webhook: one POST to the address that the operator named, signed, never redirected.

The signature is that of the Standard Webhooks specification (standardwebhooks.com), so that
receivers find it in their libraries. Unlike what `newsletter.content.fetching` fetches, the address
may be one of our own network: no stranger chooses it.
"""

import asyncio
import base64
import hmac
import json
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from threading import Thread
from typing import Any

import httpx
from django.conf import settings

# For all of it; chats and pagers answer within one.
SECONDS = 5.0
USER_AGENT = "newsletter-service/0.1"
_PREFIX = "whsec_"


class NotTaken(Exception):
    """The receiver did not say 2xx; why, in words without its address, which may be a secret."""


def post(*, call_id: str, body: Mapping[str, Any], now: datetime) -> None:
    """Make one call, within 5 s in all; raises NotTaken."""
    content = json.dumps(body, ensure_ascii=False).encode()
    sent = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"{USER_AGENT} (+{settings.SITE_URL})",
        **headers(call_id=call_id, content=content, now=now),
    }
    try:
        status = _answer(content, sent)
    except TimeoutError:
        raise NotTaken(f"no answer within {SECONDS:g} s") from None
    # What a receiver makes of our call is its own affair, and so is what its words contain.
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise NotTaken(f"not reached ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise NotTaken(f"answered {status}")


def headers(*, call_id: str, content: bytes, now: datetime) -> dict[str, str]:
    """Id and time, and with STAFF_WEBHOOK_SECRET the signature over both and the body."""
    at = str(int(now.timestamp()))
    found = {"webhook-id": call_id, "webhook-timestamp": at}
    if settings.STAFF_WEBHOOK_SECRET:
        key = _key(settings.STAFF_WEBHOOK_SECRET)
        signed = hmac.digest(key, f"{call_id}.{at}.".encode() + content, "sha256")
        found["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    return found


def is_broken(*, secret: str) -> bool:
    """Whether it says by its "whsec_" that base64 follows, and none does."""
    return secret.startswith(_PREFIX) and _decoded(secret) is None


def _key(secret: str) -> bytes:
    """The bytes behind "whsec_", as the specification writes them; else the words themselves."""
    # Of an environment that is not UTF-8, the bytes that stand there.
    return _decoded(secret) or secret.encode(errors="surrogateescape")


def _decoded(secret: str) -> bytes | None:
    if not secret.startswith(_PREFIX):
        return None
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True) or None
    # Also letters beyond ASCII, for which there is no error of their own.
    except ValueError:
        return None


def _answer(content: bytes, sent: dict[str, str]) -> int:
    """The status that came; raises TimeoutError, and whatever the client raises.

    Looking a name up cannot be broken off, and asyncio waits for it: so it is done aside, and a
    resolver that hangs is left to itself.
    """
    outcome: Future[int] = Future()

    def ask() -> None:
        try:
            outcome.set_result(asyncio.run(_within_time(content, sent)))
        except Exception as error:  # noqa: BLE001  (raised again where it is awaited)
            outcome.set_exception(error)

    Thread(target=ask, name="staff-webhook", daemon=True).start()
    return outcome.result(timeout=SECONDS)


async def _within_time(content: bytes, sent: dict[str, str]) -> int:
    async with asyncio.timeout(SECONDS):
        async with (
            httpx.AsyncClient(follow_redirects=False, timeout=SECONDS) as client,
            # Its words are left where they are.
            client.stream(
                "POST", settings.STAFF_WEBHOOK_URL, content=content, headers=sent
            ) as response,
        ):
            return response.status_code
