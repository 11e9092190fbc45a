"""The four groups of the desk and what each may do; docs/rights.md shows it as a table.

A migration makes them once. From then on they belong to whoever runs the service: no later
migration takes a right back, and none is given twice.
"""

from collections.abc import Iterable, Mapping

from django.contrib.auth.management import create_permissions
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

EDITOR, SENDER, AUDIENCE, ADMINISTRATOR = "Editor", "Sender", "Audience", "Administrator"


def _of(app: str, model: str, *acts: str) -> tuple[str, ...]:
    return tuple(f"{app}.{act}_{model}" for act in acts)


_STORIES = (
    *_of("newsletter", "article", "view", "add", "change"),
    *_of("newsletter", "author", "view", "add", "change"),
    *_of("newsletter", "topic", "view", "add", "change"),
    *_of("newsletter", "feed", "view", "add", "change", "delete"),
)
_SEES_NEWSLETTERS = ("subscribers.view_newsletter", "newsletter.view_schedule")
_READERS = (
    *_of("subscribers", "subscriber", "view", "import", "export", "erase"),
    "subscribers.change_subscription",
    *_of("subscribers", "suppression", "view", "add", "delete"),
)

_SMALLER: dict[str, tuple[str, ...]] = {
    EDITOR: (
        *_STORIES,
        *_of("newsletter", "digest", "view", "add", "change", "approve", "overrule"),
        *_SEES_NEWSLETTERS,
    ),
    SENDER: (
        "newsletter.view_article",
        *_of("newsletter", "digest", "view", "send", "cancel"),
        *_SEES_NEWSLETTERS,
        "subscribers.view_providerstate",
    ),
    AUDIENCE: (*_READERS, "subscribers.view_newsletter"),
}
_BESIDES = (
    *_of("subscribers", "newsletter", "add", "change", "delete"),
    *_of("newsletter", "schedule", "add", "change", "delete"),
    "subscribers.change_providerstate",
    *_of("config", "staffuser", "view", "add", "change", "delete"),
    *_of("auth", "group", "view", "add", "change", "delete"),
    "admin.view_logentry",
    "subscribers.view_staffact",
)
# Group -> its permissions, as "app.codename".
GROUPS: dict[str, tuple[str, ...]] = {
    **_SMALLER,
    ADMINISTRATOR: tuple(
        dict.fromkeys((*(one for rights in _SMALLER.values() for one in rights), *_BESIDES))
    ),
}


def making(groups: Mapping[str, Iterable[str]]) -> RunPython:
    """An operation that makes groups with their rights; one of that name stays as it is.

    For migrations, which must depend on those that made the models. The permissions themselves are
    made here: by itself Django makes them only after the last migration.
    """

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        alias = editor.connection.alias
        _make_permissions(apps, alias)
        names = apps.get_model("auth", "Group").objects.using(alias)
        for name, rights in groups.items():
            group, is_new = names.get_or_create(name=name)
            if is_new:
                group.permissions.set(_permissions(apps, alias, rights))

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        known = apps.get_model("auth", "Group").objects.using(editor.connection.alias)
        known.filter(name__in=groups).delete()

    return RunPython(forwards, backwards)


def _make_permissions(apps: StateApps, alias: str) -> None:
    for app in apps.get_app_configs():
        # What Django asks for of an app with models; those of migrations have no module.
        app.models_module = True  # type: ignore[assignment]
        create_permissions(app, verbosity=0, using=alias, apps=apps)
        app.models_module = None


def _permissions(apps: StateApps, alias: str, rights: Iterable[str]) -> list[int]:
    model = apps.get_model("auth", "Permission")
    found = {
        f"{app}.{codename}": pk
        for pk, app, codename in model.objects.using(alias).values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    return [found[right] for right in rights]
