"""A reader's or an editor's browser behind the proxy, as far as the soak needs one."""

from typing import Any

import httpx

from benchmarks.clients.person import AGENT
from benchmarks.soaking.installation import HOST


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
            "User-Agent": AGENT,
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
