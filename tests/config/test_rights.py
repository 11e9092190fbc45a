"""The groups of the desk: what the code, the database and docs/rights.md say is the same."""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from config.rights import ADMINISTRATOR, GROUPS, making
from tests.architecture.source import ROOT

pytestmark = pytest.mark.django_db


def of(group: Group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_a_migration_makes_the_groups_with_their_rights() -> None:
    made = {group.name: of(group) for group in Group.objects.all()}
    assert made == {name: set(rights) for name, rights in GROUPS.items()}


def test_what_an_operator_changed_stays_so_when_it_runs_again() -> None:
    group = Group.objects.get(name="Sender")
    group.permissions.set(Permission.objects.filter(codename="view_digest"))
    Group.objects.get(name="Audience").delete()

    making(GROUPS).code(as_migrations_see_them(), SimpleNamespace(connection=connection))

    assert of(group) == {"newsletter.view_digest"}
    assert of(Group.objects.get(name="Audience")) == set(GROUPS["Audience"])


def test_an_administrator_may_do_what_all_others_may() -> None:
    others = {right for name, rights in GROUPS.items() for right in rights if name != ADMINISTRATOR}
    assert others < set(GROUPS[ADMINISTRATOR])


def test_every_permission_of_our_own_is_in_some_group() -> None:
    own = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"newsletter", "subscribers", "config"}
        for codename, _ in model._meta.permissions
    }
    assert own
    assert own <= set(GROUPS[ADMINISTRATOR])


def test_the_table_in_the_docs_is_the_one_in_the_code() -> None:
    text = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    head = re.search(r"^\| right \| (.+) \|$", text, re.MULTILINE)
    assert head
    assert head[1].split(" | ") == list(GROUPS)
    rows = re.findall(r"^\| `([\w.]+)` \| (.+) \|$", text, re.MULTILINE)
    told = {right: [mark.strip() == "yes" for mark in marks.split("|")] for right, marks in rows}
    rights = sorted({right for group in GROUPS.values() for right in group})
    assert [right for right, _ in rows] == rights
    assert told == {one: [one in group for group in GROUPS.values()] for one in rights}


def as_migrations_see_them() -> StateApps:
    return MigrationExecutor(connection).loader.project_state().apps
