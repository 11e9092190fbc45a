"""Which stories to read next."""

from newsletter.models import Article

SHOWN = 3
# Looked through for shared topics: the newest are what a reader may not know yet.
CANDIDATES = 60


def related(*, article: Article) -> list[Article]:
    """At most three other stories, those with most topics in common first, then the newest."""
    topics = {topic.pk for topic in article.topics.all()}
    others = (
        Article.objects.exclude(pk=article.pk)
        .select_related("hero")
        .prefetch_related("topics")
        .defer("body")
        .order_by("-published_at", "-id")[:CANDIDATES]
    )

    def shared(other: Article) -> int:
        return len(topics & {topic.pk for topic in other.topics.all()})

    # Sorting is stable, so that the newest stay first among equals.
    return sorted(others, key=shared, reverse=True)[:SHOWN]
