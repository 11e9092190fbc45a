"""One way to ask SITE_URL from outside, as readers, mail clients and providers do."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from django.conf import settings

# For connecting, and for each wait after that.
SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` 0 for nothing, and `why` says how."""

    status: int = 0
    text: str = ""
    headers: Mapping[str, str] | None = None
    why: str = ""

    def header(self, name: str) -> str:
        """The value of a header; "" without one."""
        return (self.headers or {}).get(name.lower(), "")


def get(path: str) -> Answer:
    """GET a path of the site; redirects are not followed."""
    return _ask("GET", path)


def post(
    path: str, *, form: Mapping[str, str] | None = None, json: str = "", password: str = ""
) -> Answer:
    """POST a form, or JSON, with `name:password` where it is given."""
    name, _, secret = password.partition(":")
    auth = httpx.BasicAuth(name, secret) if password else None
    if form is not None:
        return _ask("POST", path, data=dict(form), auth=auth)
    headers = {"Content-Type": "application/json"}
    return _ask("POST", path, content=json.encode(), headers=headers, auth=auth)


def trusted() -> ssl.SSLContext:
    """Whose certificates are believed: those that httpx believes, or SSL_CERT_FILE."""
    return httpx.create_ssl_context()


def _ask(method: str, path: str, **given: object) -> Answer:
    try:
        # Not by way of a proxy that only this machine goes out through.
        with httpx.Client(verify=trusted(), timeout=SECONDS, trust_env=False) as client:
            found = client.request(method, settings.SITE_URL + path, **given)  # type: ignore[arg-type]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(why=str(error) or type(error).__name__)
    headers = {name.lower(): value for name, value in found.headers.items()}
    return Answer(found.status_code, found.text[:10_000], headers)
