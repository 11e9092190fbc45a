"""What the docs name is there: files, links, commands and addresses."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tests.architecture.source import PACKAGES, ROOT, place

DOCS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = (*PACKAGES, "templates", "static", "tests", "docs", "deploy")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_they_name_files_that_exist() -> None:
    named = re.compile(rf"`((?:{'|'.join(PLACES)})/[\w./-]*)`")
    missing = [
        f"{place(doc)}: {name}"
        for doc in DOCS
        for name in named.findall(doc.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not missing


def test_their_links_lead_somewhere() -> None:
    broken = [
        f"{place(doc)}: {target}"
        for doc in DOCS
        for target in re.findall(r"\]\(([^)#]+)\)", doc.read_text(encoding="utf-8"))
        if not target.startswith("https://") and not (doc.parent / target).exists()
    ]
    assert not broken


def test_the_readme_lists_only_commands_that_exist() -> None:
    _, _, commands = README.partition("\n## Commands\n")
    listed = re.findall(r"^\| `(\w+)[^`]*` \|", commands, re.MULTILINE)
    assert listed
    assert not set(listed) - set(get_commands())


def addresses_of_readme() -> list[str]:
    fill = {"slug": "some-slug", "date": "2026-11-24", "token": "abc", "provider": "sendgrid"}
    found = re.findall(r"^\| `(/[^`]*)` \|", README, re.MULTILINE)
    return [re.sub(r"<(\w+)>", lambda match: fill[match[1]], address) for address in found]


@pytest.mark.parametrize("address", addresses_of_readme())
def test_the_readme_lists_only_addresses_that_exist(address: str) -> None:
    try:
        resolve(address)
    except Resolver404:
        pytest.fail(f"{address} leads nowhere")


def test_every_setting_that_is_read_is_documented() -> None:
    reads = re.compile(r"env\.\w+\(\s*\"([A-Z][A-Z0-9_]+)\"")
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    read = {
        name
        for path in [
            ROOT / "config" / "settings.py",
            *sorted((ROOT / "config" / "up").glob("*.py")),
        ]
        for name in reads.findall(Path(path).read_text(encoding="utf-8"))
    }
    assert read
    assert not {name for name in read if f"`{name}`" not in text}
