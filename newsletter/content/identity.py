"""When two entries are the same story."""

import hashlib
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from newsletter.content.sanitizing import is_storable

# Parameters that tell where a reader came from, not which page it is.
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "_hs", "mc_", "vero_", "oly_")
_TRACKING = (
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id "
    "mkt_tok cmpid ncid xtor s_cid wt_mc wt.mc_id ref_src ref_url smid sref srnd guccounter "
    "guce_referrer guce_referrer_sig"
)
_TRACKING_NAMES = frozenset(_TRACKING.split())
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WRAPPERS = {"www.google.com", "google.com"}
# Of one redirect page in another; more are no honest link.
MAX_WRAPPERS = 5


def unwrapped(link: str) -> str:
    """The page behind a search engine's redirect pages (`google.com/url?url=...`).

    Raises ValueError if too many are in one another.
    """
    for _ in range(MAX_WRAPPERS):
        inner = _inner(link)
        if inner == link:
            return link
        link = inner
    raise ValueError(link)


def _inner(link: str) -> str:
    parts = urlsplit(link)
    if parts.hostname in _WRAPPERS and parts.path == "/url":
        query = parse_qs(parts.query)
        inner = (query.get("url") or query.get("q") or [""])[0]
        if inner.startswith(("http://", "https://")):
            return inner
    return link


def without_tracking(link: str) -> str:
    """`link` without tracking parameters and fragment; raises ValueError if it is no address."""
    parts = urlsplit(unwrapped(link.strip()))
    # A port that is no number is a ValueError.
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname or parts.port == 0:
        raise ValueError(link)
    if not is_storable(parts.geturl()):
        raise ValueError(link)
    query = parts.query
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_tracking(name)]
    if len(kept) != len(pairs):
        query = urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path, query, ""))


def link_key(link: str) -> str:
    """64 hex digits, equal for links that differ only in ways that do not change the page.

    Those are: tracking parameters, order of parameters, fragment, http or https, case and "www."
    of the host, a slash at the end. Raises ValueError if `link` is no web address.
    """
    parts = urlsplit(without_tracking(link))
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port
    if port and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return _hash("link", host, parts.path.rstrip("/"), query)


def guid_key(*, feed_id: int, guid: str) -> str | None:
    """64 hex digits for a feed's own id of an entry, or None without one."""
    return _hash("guid", str(feed_id), guid) if guid else None


def source_hash(*parts: str) -> str:
    """64 hex digits for what a source said, to notice when it says something else."""
    return _hash(*parts)


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
