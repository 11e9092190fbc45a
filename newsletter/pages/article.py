"""The page of one article: our own story in full, or an excerpt of a source's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from newsletter.content.sanitizing import excerpt, plain_text
from newsletter.models import Article
from newsletter.pages.body import parts
from newsletter.pages.related import related
from newsletter.pages.words import minutes, moment, publisher_zone
from newsletter.rendering.links import absolute, outside
from newsletter.rendering.wording import language_direction
from subscribers.views.shared_copies import for_everybody


@require_safe
@for_everybody
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """`/articles/<slug>/`."""
    found = get_object_or_404(
        Article.objects.select_related("hero", "feed").prefetch_related("authors", "topics"),
        slug=slug,
    )
    return render(request, "newsletter/article.html", context(found))


def context(found: Article) -> dict[str, Any]:
    """What the template shows; an excerpt never holds more than 60 words of the source's text."""
    hero = found.hero if found.hero and found.hero.is_ready else None
    return {
        "article": found,
        "hero": hero,
        "direction": language_direction(found.language),
        "published": moment(at=found.published_at, zone=publisher_zone(), language=found.language),
        "byline": _byline(found),
        "related": related(article=found),
        "canonical": absolute(found.get_absolute_url()),
        "description": found.dek or excerpt(found.body, words=30),
        "picture": absolute(hero.large.url) if hero and hero.large else "",
        **(_excerpt(found) if found.is_excerpt else _own(found)),
    }


def _byline(found: Article) -> SafeString:
    """ "Ines Okafor, Ruth Calloway and Samir Haddad", each a link to what he or she wrote."""
    names = [
        format_html('<a href="{}">{}</a>', author.get_absolute_url(), author.name)
        for author in found.authors.all()
    ]
    last = names[-2:]
    if len(last) == 2:
        last = [format_html(gettext("{first} and {last}"), first=last[0], last=last[1])]
    return format_html_join(gettext(", "), "{}", ((name,) for name in names[:-2] + last))


def _own(found: Article) -> dict[str, Any]:
    return {"body": parts(found.body), "minutes": minutes(found.body)}


def _excerpt(found: Article) -> dict[str, Any]:
    """The source's page is the story's own address: readers and search engines go there."""
    source = outside(found.link)
    words = excerpt(found.body) or excerpt(found.dek)
    shown_dek = plain_text(found.dek)
    return {
        "excerpt": words,
        # Feeds often give the same words twice.
        "hide_dek": not shown_dek or words.startswith(shown_dek.rstrip(".…")),
        "source_link": source,
        "source_name": found.source_name or _host(source),
        **({"canonical": source} if source else {}),
    }


def _host(address: str) -> str:
    host = address.partition("://")[2].partition("/")[0]
    return host.removeprefix("www.") or gettext("the source")
