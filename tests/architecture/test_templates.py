"""Pages load nothing from elsewhere and carry no inline script or style (the policy forbids it)."""

import re
from pathlib import Path

from tests.architecture.source import files, place

FOREIGN = re.compile(
    r"""\b(?:src|href|action|srcset|data)\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE
)
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']""", re.IGNORECASE
)
LOADS = re.compile(r"@import|url\(\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        place(path, text.count("\n", 0, match.start()) + 1)
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
        for match in pattern.finditer(text)
    ]


def test_templates_name_no_other_site() -> None:
    assert not found(FOREIGN, [*files("templates", ".html"), *files("templates", ".mjml")])


def test_pages_have_no_inline_script_or_style() -> None:
    """Mails need inline styles, and so does the desk, whose policy allows them."""
    pages = [
        path for path in files("templates", ".html") if not {"emails", "admin"} & set(path.parts)
    ]
    assert pages
    assert not found(INLINE, pages)


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    assert not found(LOADS, files("static", ".css"))
