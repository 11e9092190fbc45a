"""The icon, and the colours of the publisher as style sheets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from config.publisher import publisher


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon when a page names none."""
    return redirect(static("favicon.svg"))


@conditional_page
@cache_control(public=True, max_age=300)
def theme_css(request: HttpRequest) -> HttpResponse:
    """`publisher.toml`'s colours as custom properties (`--sea-tint`), light and dark."""
    light, dark = _properties(publisher().light), _properties(publisher().dark)
    css = (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@conditional_page
@cache_control(public=True, max_age=300)
def desk_theme_css(request: HttpRequest) -> HttpResponse:
    """The same for the desk, where a class says which scheme the person chose."""
    light, dark = _properties(publisher().light), _properties(publisher().dark)
    css = f":root{{{light}}}html.dark{{color-scheme:dark;{dark}}}"
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _properties(colours: dict[str, str]) -> str:
    return "".join(f"--{role.replace('_', '-')}:{colour};" for role, colour in colours.items())
