"""Alert rules: each fires when it should, asks for figures that there are, and says what to do."""

import os
import re
import shutil
import subprocess

import pytest
from django.test import Client

from tests.servers import ROOT

RULES = ROOT / "deploy" / "prometheus" / "newsletter.rules.yml"
PAGE = ROOT / "docs" / "operations.md"


@pytest.fixture
def promtool() -> str:
    """Of Debian's package prometheus; `.ci/run` brings it."""
    found = shutil.which("promtool")
    if found is None and os.environ.get("CI"):
        pytest.fail("promtool is missing")
    if found is None:
        pytest.skip("promtool is not here (apt install prometheus)")
    return found


def run(*command: str, said: str | None = None) -> None:
    done = subprocess.run(
        command, cwd=RULES.parent, input=said, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def names() -> list[str]:
    return re.findall(r"- alert: (\w+)", RULES.read_text())


def test_the_rules_and_the_example_are_read_by_prometheus(promtool: str):
    run(promtool, "check", "rules", RULES.name)
    run(promtool, "check", "config", "prometheus.yml")


def test_each_alert_fires_when_it_should_and_only_then(promtool: str):
    run(promtool, "test", "rules", "newsletter.rules.test.yml")


@pytest.mark.django_db
def test_the_figures_are_named_as_prometheus_asks(promtool: str, client: Client):
    run(promtool, "check", "metrics", said=client.get("/metrics").text)


def test_each_alert_is_tried_both_ways():
    tests = RULES.with_suffix(".test.yml").read_text().split("  - interval:")[1:]
    tried = {(re.findall(r'name: "(\w+):', one)[0], "exp_samples: []" not in one) for one in tests}
    assert tried == {(name, fires) for name in names() for fires in (True, False)}


@pytest.mark.django_db
def test_each_figure_that_a_rule_asks_for_is_there(client: Client):
    source = (ROOT / "config" / "watching" / "metrics.py").read_text()
    known = set(re.findall(r'"(newsletter_\w+)"', source)) | {"newsletter_mails_total"}
    rules = re.findall(r"expr: >-\n(.*?)\n        for:", RULES.read_text(), re.DOTALL)
    asked = {name for rule in rules for name in re.findall(r"\bnewsletter_\w+", rule)}
    assert len(rules) == len(names())
    assert asked <= known


def test_each_alert_says_how_bad_it_is_and_what_to_do_and_where_it_is_written():
    for alert in RULES.read_text().split("- alert: ")[1:]:
        assert re.search(r"severity: (page|ticket)\n", alert), alert
        assert re.search(r'summary: ".+[.]"', alert), alert
        assert re.search(r'action: ".+[.]"', alert), alert
        path, anchor = re.findall(r"runbook: (\S+)#(\S+)", alert)[0]
        assert (ROOT / path) == PAGE
        assert f'<a id="{anchor}"></a>' in PAGE.read_text(), anchor


def test_the_page_names_each_alert_once():
    found = re.findall(r"`(Newsletter\w+)`", PAGE.read_text())
    assert sorted(found) == sorted(names())
