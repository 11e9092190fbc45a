"""The publisher whose service this is: read once from `publisher.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Publisher:
    """Name, words and colours; `light` and `dark` map a role ("ink") to "#RRGGBB".

    `desk` is the ramp of the admin's main colour, "50" to "950".
    """

    name: str
    line: str
    description: str
    postal_address: str
    contact: str
    # The front page's headline and dek, and the line of the sign-up box inside stories.
    sign_up_title: str
    sign_up_dek: str
    sign_up_box: str
    # The subscribe banner inside stories: at most 40 and 90 characters, and its button.
    banner_title: str
    banner_text: str
    banner_button: str
    light: dict[str, str]
    dark: dict[str, str]
    desk: dict[str, str]


@cache
def publisher() -> Publisher:
    """The publisher of this installation; `POSTAL_ADDRESS` overrides the address in the file."""
    raw = tomllib.loads((Path(__file__).parent / "publisher.toml").read_text(encoding="utf-8"))
    colours = raw.pop("colours")  # light, dark, desk
    raw["postal_address"] = settings.POSTAL_ADDRESS or raw["postal_address"]
    return Publisher(**raw, **colours)


def issuer(_device: Any) -> str:
    """What an app for codes shows of where they are for."""
    return f"{publisher().name} desk"


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `publisher` and `site_url` in every template."""
    return {"publisher": publisher(), "site_url": settings.SITE_URL}
