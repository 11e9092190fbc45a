"""What operators and their programs ask: `/healthz`, `/readyz`, `/metrics`."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from config.watching import access, readiness, standing
from config.watching import metrics as figures
from config.watching.readiness import Check, Status

# However many ask, database and broker are asked this often by one process.
KEEP_SECONDS = 0.5


@dataclass(slots=True)
class _Kept:
    """The last answer of this process, and when it was given (monotonic)."""

    checks: list[Check] = field(default_factory=list)
    at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)

    def fresh(self) -> list[Check]:
        with self.lock:
            if time.monotonic() - self.at > KEEP_SECONDS:
                self.checks = readiness.checks()
                self.at = time.monotonic()
            return self.checks


kept = _Kept()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as this process can; says nothing of database, broker or workers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all that the service needs is there, else 503; one check a line either way."""
    found = kept.fresh()
    ready = all(check.status is not Status.FAILED for check in found)
    lines = ",\n".join(f"  {json.dumps(_plain(check))}" for check in found)
    body = f'{{"ready": {json.dumps(ready)}, "checks": [\n{lines}\n]}}\n'
    return HttpResponse(body, status=200 if ready else 503, content_type="application/json")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus."""
    if not access.may_read(request):
        return HttpResponse(
            "Set METRICS_TOKEN and give it as a bearer token, or ask from this machine.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
    return HttpResponse(figures.text(), content_type=CONTENT_TYPE_LATEST)


@require_safe
@never_cache
def troubles(request: HttpRequest) -> HttpResponse:
    """The banner of the desk alone, for pages that stay open."""
    found = {"troubles": standing.kept.troubles()}
    return render(request, "admin/desk/troubles.html", found)


# What programs ask by the address of a machine, whose name is none of ALLOWED_HOSTS.
_BY_ADDRESS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def answer_operators(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that answers probes before the host is looked at: they know no other name.

    Nothing that they are told depends on the host, and no link is made from it.
    """

    def answered(request: HttpRequest) -> HttpResponseBase:
        view = _BY_ADDRESS.get(request.path_info)
        return view(request) if view else get_response(request)

    return answered


def _plain(check: Check) -> dict[str, str]:
    plain = {"check": check.name, "status": str(check.status), "detail": check.detail}
    return plain | ({"remedy": check.remedy} if check.remedy else {})
