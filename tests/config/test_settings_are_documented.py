"""`.env.example` and `docs/settings.md` name every setting that is read, and none besides."""

import ast
import re

from config import checks
from tests.servers import ROOT

READERS = {"env", "locations"}
# Says where .env is, so it cannot stand in it.
OUTSIDE = {"ENV_FILE"}
# Read by `./run test` and by the tests.
OF_TESTS = {"TEST_POSTGRES_URL", "TEST_REDIS_URL"}


def settings_read() -> set[str]:
    """The first argument of each call of a typed reader, anywhere in the project."""
    names = set()
    for package in ("config", "newsletter", "subscribers"):
        for path in (ROOT / package).rglob("*.py"):
            names |= {name for name in _read_in(ast.parse(path.read_text())) if name}
    return names


def _read_in(tree: ast.AST):
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id in READERS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_the_example_names_each_setting_once() -> None:
    lines = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    named = [name for name in lines if not name.startswith("ANYMAIL_")]
    assert len(named) == len(set(named))
    assert set(named) == settings_read() - OUTSIDE


def test_the_example_sets_nothing_by_itself() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        assert not line or line.startswith("#"), line


def test_the_page_of_settings_describes_each() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    described = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert described == settings_read() - OUTSIDE
    for name in OUTSIDE | OF_TESTS:
        assert f"`{name}`" in page


def test_the_page_of_settings_lists_each_check() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    source = (ROOT / checks.__name__.replace(".", "/")).with_suffix(".py").read_text()
    raised = re.findall(r'id="(config\.E\d+)"', source)
    assert re.findall(r"^\| `(config\.E\d+)`", page, re.MULTILINE) == raised
