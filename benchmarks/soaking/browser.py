"""A reader's or an editor's browser behind the proxy, as far as the soak needs one."""

import re
from typing import Any

import httpx

from benchmarks.soaking.installation import HOST

_FIELD = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Browser:
    """Cookies are kept by hand: over https they would be sent, and a proxy takes that away."""

    def __init__(self, *, port: int, address: str) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=40)
        self._cookies: dict[str, str] = {}
        self._headers = {
            "Host": HOST,
            "Origin": f"https://{HOST}",
            "Referer": f"https://{HOST}/",
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": _AGENT,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": address,
        }

    def get(self, path: str) -> httpx.Response:
        """The page; redirects are not followed."""
        return self._ask("GET", path)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """As `httpx.Client.post` takes it."""
        return self._ask("POST", path, **given)

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = (
            self._headers | ({"Cookie": cookies} if cookies else {}) | given.pop("headers", {})
        )
        answer = self._client.request(method, path, headers=headers, **given)
        for cookie in answer.headers.get_list("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer


def hidden(page: str) -> dict[str, str]:
    """What the forms of a page carry with them; the last of a name."""
    inputs = [dict(_ATTRIBUTE.findall(one)) for one in _FIELD.findall(page)]
    return {
        one["name"]: one.get("value", "")
        for one in inputs
        if one.get("type") == "hidden" and "name" in one
    }
