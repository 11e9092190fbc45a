"""After a restore no id is given out a second time: old links would open another reader's page."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.servers import ROOT, unavailable

pytestmark = pytest.mark.django_db(transaction=True)

MOVE_ON = (ROOT / "deploy" / "move_ids_on.sql").read_text(encoding="utf-8")
READERS = "CREATE TABLE reader (id bigserial, name text);"


def _run(program: str, *arguments: str, said: str | None = None) -> str:
    at = connection.settings_dict
    where = {
        "PGHOST": at["HOST"],
        "PGPORT": str(at["PORT"] or 5432),
        "PGUSER": at["USER"],
        "PGPASSWORD": at["PASSWORD"],
    }
    done = subprocess.run(
        [program, *arguments],
        env=os.environ | where,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def ask(database: str, statement: str) -> str:
    return _run("psql", "--no-psqlrc", "--quiet", "-At", database, said=statement)


def sign_up(database: str, name: str) -> int:
    return int(ask(database, f"INSERT INTO reader (name) VALUES ('{name}') RETURNING id"))


def move_on(replaced: str, restored: str) -> str:
    return ask(replaced, MOVE_ON.replace("newsletter_restored", restored))


@pytest.fixture
def replaced() -> Iterator[str]:
    yield from _database()


@pytest.fixture
def restored() -> Iterator[str]:
    yield from _database()


def _database() -> Iterator[str]:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    if shutil.which("psql") is None:
        unavailable("psql is not installed")
    name = f"ids_{uuid.uuid4().hex[:12]}"
    _run("createdb", name)
    yield name
    _run("dropdb", "--force", name)


def test_who_signs_up_after_a_restore_gets_an_id_that_nobody_had(replaced: str, restored: str):
    ask(replaced, READERS + "SELECT setval('reader_id_seq', 3000000)")
    ask(restored, READERS)
    sign_up(restored, "Ines, who is in the backup")
    since = sign_up(replaced, "Tomas, who is not")

    assert move_on(replaced, restored) == ""

    assert sign_up(restored, "Ada") > since
    assert sign_up(replaced, "Noor") == since + 1, "the replaced database stays as it is"


def test_it_moves_on_where_the_replaced_database_is_lost(replaced: str, restored: str):
    ask(restored, READERS + "CREATE TABLE untouched (id serial, name text)")
    last = sign_up(restored, "Ines")

    move_on(replaced, restored)

    assert sign_up(restored, "Ada") == last + 1_000_001
    assert ask(restored, "SELECT nextval('untouched_id_seq')") == "1000001"


def test_a_table_of_a_later_release_is_no_matter(replaced: str, restored: str):
    ask(replaced, READERS)
    sign_up(replaced, "Ines")
    move_on(replaced, restored)
