"""A reader in front of the site: nginx answers her, and the relay holds her mails."""

import re
import ssl
import time
from email import message_from_bytes, policy

import httpx

from tests.relay import ScriptedRelay
from tests.servers import wait_for

HOST = "news.example.org"
# Seconds; confirmation mails leave within one or two where nobody else wants the processors.
SOON = 60


class Reader:
    """Made inside the network of the machine (`Machine.network`), like all that she does."""

    def __init__(self, *, certificate: str, relay: ScriptedRelay) -> None:
        self._relay = relay
        self._site = httpx.Client(
            base_url="https://127.0.0.1",
            headers={"Host": HOST},
            verify=ssl.create_default_context(cafile=certificate),
            trust_env=False,
            timeout=30,
        )

    def get(self, path: str) -> httpx.Response:
        return self._site.get(path, extensions={"sni_hostname": HOST})

    def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self._site.post(path, data=fields, extensions={"sni_hostname": HOST})

    def sign_up(self, address: str) -> None:
        """Fill in the form of the first page as somebody does who reads it."""
        front = self.get("/").text
        time.sleep(2.5)
        fields = {"form_time": _field(front, "form_time"), "website": "", "email": address}
        said = self.post("/subscribe/", fields | {"newsletters": "morning-briefing"})
        assert "Check your inbox." in said.text, said.text

    def confirm(self, address: str) -> None:
        """Open the link of the mail and press its button."""
        wait_for(lambda: bool(self.mails(address)), seconds=SOON, what="the confirmation mail")
        text = self.mails(address)[0]
        found = re.search(rf"https://{HOST}(/confirm/[^\s\"<]+)", text)
        assert found, text
        page = self.get(found[1])
        fields = {"newsletters": _field(page.text, "newsletters")}
        assert "You are in." in self.post(found[1], fields).text

    def mails(self, address: str) -> list[str]:
        """The words of the mails that came for her."""
        taken = [mail for mail in self._relay.mails if mail.recipient == address]
        return [_words(mail.content) for mail in taken]

    def look_at_files(self, *, picture: str) -> None:
        """Style sheets and pictures come from disk, kept long, and are nothing but that."""
        style = re.search(r"/static/css/[\w./-]+", self.get("/").text)
        assert style
        for path in (style[0], picture):
            file = self.get(path)
            assert file.status_code == 200, path
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert file.headers["x-content-type-options"] == "nosniff"

    def close(self) -> None:
        self._site.close()


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def _words(content: bytes) -> str:
    part = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())
