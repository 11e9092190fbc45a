"""Fetching from addresses that others choose: feeds, pictures.

Every hop is resolved once, checked, and connected to at the checked address, so that no name can
lead to a machine of our own network (RFC 9110 says nothing of this: it is our own rule).
"""

import asyncio
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import httpx
from django.conf import settings

from newsletter.content import addresses
from newsletter.content.faults import NOT_MODIFIED, FetchError, check_status, unreachable
from newsletter.content.unpacking import PackingError, TooBigError, Unpacker

__all__ = ["FetchError", "Fetched", "fetch", "knock"]

SECONDS = 10
MAX_REDIRECTS = 3
MAX_HOSTS_TRIED = 3
USER_AGENT = "newsletter-service/0.1"
_REDIRECTS = {301, 302, 303, 307, 308}
# Not asyncio's own pool, whose end is waited for: a name server may take longer than we do.
_RESOLVERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where the last redirect led; header names are in lower case."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed since the last time."""
        return self.status == NOT_MODIFIED


@dataclass(frozen=True, slots=True)
class _Ask:
    """How each hop is asked; `max_bytes` None: the body is left where it is."""

    method: str
    headers: dict[str, str]
    max_bytes: int | None = None


def fetch(
    url: str, *, max_bytes: int = 5_000_000, headers: Mapping[str, str] | None = None
) -> Fetched:
    """What is at `url`, at most `max_bytes` unpacked, within 10 s in all; raises FetchError.

    Only http and https, only public addresses (loopback with FETCH_PRIVATE), at most three
    redirects, each checked like the first address; no proxy or netrc from the environment.
    """
    return _run(url, _Ask("GET", dict(headers or {}), max_bytes))


def knock(url: str, *, method: str) -> Fetched:
    """Whether something is at `url`, without its body; otherwise as `fetch`."""
    return _run(url, _Ask(method, {}))


def _run(url: str, ask: _Ask) -> Fetched:
    try:
        return asyncio.run(_within_time(url, ask))
    except TimeoutError:
        raise FetchError(
            f"We could not reach {_host(url)}: the server did not answer within {SECONDS} seconds.",
            temporary=True,
        ) from None


async def _within_time(url: str, ask: _Ask) -> Fetched:
    async with asyncio.timeout(SECONDS):
        return await _follow(url, ask)


async def _follow(url: str, ask: _Ask) -> Fetched:
    target = _checked(url)
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _hop(target, ask)
        if isinstance(answer, Fetched):
            return answer
        target = _checked(answer)
    raise FetchError(f"{_host(url)} sends us on more than {MAX_REDIRECTS} times.")


def _checked(url: str | httpx.URL) -> httpx.URL:
    """`url` if its form is one that we fetch."""
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise FetchError("This is not a web address.") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise FetchError("Only addresses that begin with http:// or https:// can be fetched.")
    if target.userinfo:
        raise FetchError("An address with a name or password in it is not fetched.")
    if target.port not in {None, 80, 443} and not settings.FETCH_PRIVATE:
        raise FetchError(f"{target.host} is asked at port {target.port}; only 80 and 443 are used.")
    return target.copy_with(fragment=None)


async def _hop(target: httpx.URL, ask: _Ask) -> Fetched | httpx.URL:
    """One request: the answer, or the address that it redirects to."""
    error: FetchError | None = None
    for address in (await _allowed_addresses(target))[:MAX_HOSTS_TRIED]:
        try:
            return await _request(target, address, ask)
        except httpx.ConnectError as fault:
            error = unreachable(target.host, fault)
        except httpx.TimeoutException:
            raise TimeoutError from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise FetchError(
                f"{target.host} broke off or answered in a way that makes no sense.",
                temporary=True,
            ) from None
    raise error or FetchError(f"We could not find {target.host}.", temporary=True)


async def _allowed_addresses(target: httpx.URL) -> list[str]:
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            _RESOLVERS, addresses.resolve, target.host, port
        )
    except (OSError, UnicodeError):
        raise FetchError(
            f"We could not find {target.host}: no server goes by that name.", temporary=True
        ) from None
    allowed = [address for address in found if addresses.is_allowed(address)]
    if not allowed:
        raise FetchError(f"{target.host} was not fetched: it is not on the public internet.")
    return allowed


async def _request(target: httpx.URL, address: str, ask: _Ask) -> Fetched | httpx.URL:
    """Ask the checked `address`, with the name kept in Host, SNI and the certificate check."""
    sent = {
        "Accept": "*/*",
        "User-Agent": f"{USER_AGENT} (+{settings.SITE_URL})",
        **ask.headers,
        "Accept-Encoding": "gzip, deflate",
        "Host": target.netloc.decode("ascii"),
    }
    name = target.raw_host.decode("ascii")
    async with (
        # Nothing is kept between hops: no cookie or connection passes from one name to another.
        httpx.AsyncClient(trust_env=False, verify=_tls(), timeout=SECONDS) as client,
        client.stream(
            ask.method,
            target.copy_with(host=address),
            headers=sent,
            extensions={"sni_hostname": name},
        ) as response,
    ):
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return target.join(response.headers["location"])
        check_status(target.host, response.status_code)
        return Fetched(
            url=str(target),
            status=response.status_code,
            body=await _body(response, target.host, ask.max_bytes),
            headers={key.lower(): value for key, value in response.headers.items()},
        )


async def _body(response: httpx.Response, host: str, max_bytes: int | None) -> bytes:
    if max_bytes is None:
        return b""
    try:
        unpacker = Unpacker(
            encoding=response.headers.get("content-encoding", "").strip().lower(),
            max_bytes=max_bytes,
        )
        async for piece in response.aiter_raw():
            unpacker.feed(piece)
        return unpacker.close()
    except TooBigError:
        raise FetchError(f"{host} sent more than {max_bytes / 1_000_000:g} MB.") from None
    except PackingError:
        raise FetchError(f"{host} sent an answer that cannot be unpacked.") from None


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "it"
    except httpx.InvalidURL:
        return "it"


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the root certificates takes longer than many a fetch."""
    return httpx.create_ssl_context(trust_env=False)
