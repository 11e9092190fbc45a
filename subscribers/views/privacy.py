"""What we hold of readers and why, in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import conditional_page, require_safe

from subscribers.views.shared_copies import for_everybody


@require_safe
@conditional_page
@for_everybody
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy/`; how long things are kept is held by `subscribers/privacy/retention.py`."""
    return render(request, "subscribers/privacy.html")
