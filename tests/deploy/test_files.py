"""What is in deploy/ fits the service: its queues, its limits, its links."""

import json
import re
from typing import Any

import compose_spec
import pytest
import yaml
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from config import masks
from newsletter.tracking import webhooks
from tests.architecture.test_queues import our_tasks
from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
LOCATIONS = (DEPLOY / "nginx" / "locations.conf").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx" / "newsletter.conf").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8")


def queues() -> set[str]:
    return {task.queue for task in our_tasks().values()}


def commands(compose: str) -> list[list[str]]:
    services = yaml.safe_load(compose)["services"].values()
    return [service.get("command", []) for service in services]


def test_each_queue_has_a_worker_in_the_target() -> None:
    target = (DEPLOY / "systemd" / "newsletter.target").read_text(encoding="utf-8")
    assert set(re.findall(r"newsletter-worker@(\w+)\.service", target)) == queues()


def test_each_queue_has_a_worker_in_the_compose_file() -> None:
    served = [command[command.index("-Q") + 1] for command in commands(COMPOSE) if "-Q" in command]
    assert sorted(served) == sorted(queues())


def test_the_compose_file_is_one_by_the_specification() -> None:
    whole = compose_spec.PyCompose.from_json(json.dumps(yaml.safe_load(COMPOSE))).to_spec()
    assert {"web", "beat", "database", "broker", "prepare"} <= set(whole.services or {})


def test_that_specification_refuses_a_misspelt_key() -> None:
    wrong: dict[str, Any] = yaml.safe_load(COMPOSE)
    wrong["services"]["web"]["restartt"] = "always"
    with pytest.raises(ValueError, match="restartt"):
        compose_spec.PyCompose.from_json(json.dumps(wrong))


def test_what_an_operator_sets_by_systemctl_edit_wins() -> None:
    """Drop-ins are read by name, whatever unit they are of; it writes override.conf."""
    names = {file.name for file in (DEPLOY / "systemd").glob("*.d/*.conf")}
    assert len(names) == 2
    assert max(names) < "override.conf"


@pytest.mark.parametrize(
    ("location", "most"),
    [
        ("/admin/", settings.DESK_UPLOAD_MAX_SIZE),
        ("/anymail/", webhooks.LARGEST),
    ],
)
def test_nginx_takes_as_large_a_body_as_the_site(location: str, most: int) -> None:
    found = re.search(rf"location {location} {{\s*client_max_body_size (\d+);", LOCATIONS)
    assert found
    assert int(found[1]) == most


def test_nginx_takes_as_large_a_form_as_the_site() -> None:
    found = re.search(r"^client_max_body_size (\d+);", LOCATIONS, re.MULTILINE)
    assert found
    assert int(found[1]) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def kinds_of_links(resolver: URLResolver) -> set[str]:
    """The first part of each address that has a reader's or an editor's token in it."""
    kinds = set()
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            found = re.match(r"([\w-]+)/<str:token>", str(each.pattern))
            kinds |= {found[1]} if found else set()
        elif not str(each.pattern).startswith("admin"):
            kinds |= kinds_of_links(each)
    return kinds


def test_no_token_is_in_the_log_of_nginx() -> None:
    masked = re.search(r"~\^\(\?<kind>/\(([\w|-]+)\)/\)", NGINX)
    assert masked
    kinds = kinds_of_links(get_resolver())
    assert "confirm" in kinds
    assert kinds <= set(masked[1].split("|"))
    assert kinds <= set(masks.KINDS.split("|")), "nor in ours"
