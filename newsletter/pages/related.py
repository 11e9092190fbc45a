"""Which stories to read next."""

from collections import Counter

from newsletter.models import Article

SHOWN = 3
# Looked through for shared topics: the newest are what a reader may not know yet.
CANDIDATES = 60


def related(*, article: Article) -> list[Article]:
    """At most three other stories, those with most topics in common first, then the newest.

    Only those are read whole: three statements, however many were looked through.
    """
    others = Article.objects.exclude(pk=article.pk).order_by("-published_at", "-id")
    newest = list(others.values_list("pk", flat=True)[:CANDIDATES])
    shared = _shared(article, newest)
    # Sorting is stable, so that the newest stay first among equals.
    best = sorted(newest, key=lambda pk: -shared[pk])[:SHOWN]
    read = Article.objects.select_related("hero").defer("body").in_bulk(best)
    return [read[pk] for pk in best if pk in read]


def _shared(article: Article, others: list[int]) -> Counter[int]:
    """How many topics each of `others` has in common with `article`."""
    topics = [topic.pk for topic in article.topics.all()]
    links = Article.topics.through.objects.filter(article_id__in=others, topic_id__in=topics)
    return Counter(links.values_list("article_id", flat=True))
