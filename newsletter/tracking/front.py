"""Clicks answered before Django: when a mail goes out, most requests of the day come at once.

What needs the database (the first click on a mail in a process) or a page (a token that is none of
ours) goes on to the view, which does the same the long way.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from newsletter.rendering.counted_links import PATH
from newsletter.tracking import counting, redirects
from newsletter.tracking.redirects import Click
from subscribers.tokens import BadToken

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_HEADERS = [
    *redirects.HEADERS.items(),
    ("Content-Length", "0"),
    ("X-Content-Type-Options", "nosniff"),
]


def redirecting(application: Application) -> Application:
    """`application` with its clicks answered here where that can be done at once."""

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD")
        if path.startswith(PATH) and method in {"GET", "HEAD"}:
            click, target = _look_up(path[len(PATH) :])
            if click and target:
                start_response("302 Found", [("Location", target), *_HEADERS])
                return _Answered(click if method == "GET" else None)
        return application(environ, start_response)

    return serve


def _look_up(token: str) -> tuple[Click | None, str | None]:
    try:
        click = redirects.read(token)
    except BadToken:
        return None, None
    return click, redirects.remembered_target(click)


class _Answered:
    """An empty body; the click is noted when the server is done with it."""

    def __init__(self, click: Click | None) -> None:
        self._click = click

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        if self._click:
            counting.count(self._click)
