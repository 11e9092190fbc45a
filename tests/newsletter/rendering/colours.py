"""The colours of each word in a mail program: inline styles, and the dark style sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import tinyhtml5

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
DARK = re.compile(r"@media \(prefers-color-scheme:dark\)\{(.*?)\n\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """Text with its colour and that of the ground behind it."""

    text: str
    ink: str
    ground: str

    @property
    def contrast(self) -> float:
        """WCAG 2.2, 1.4.3."""
        lighter, darker = sorted((luminance(self.ink), luminance(self.ground)), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector of the dark style sheet with what it sets; all of it is !important."""

    parts: tuple[str, ...]
    set: dict[str, str]
    strength: tuple[int, int]

    def fits(self, path: list[Element]) -> bool:
        """Whether it chooses the last element of a path from the root."""
        return _fits(list(self.parts), path)


def words_of(html: str, *, dark: bool) -> list[Words]:
    """All words that are shown, in light or dark mode."""
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    rules = list(_rules(html)) if dark else []
    body = root.find("body")
    assert body is not None
    return list(_walk([root, body], "#000000", "#FFFFFF", rules))


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB"."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _walk(path: list[Element], ink: str, ground: str, rules: list[Rule]) -> Iterator[Words]:
    here = path[-1]
    styles = _inline(here) | _by_rules(path, rules)
    if styles.get("display") == "none":
        return
    ink = _colour(styles.get("color", ""), ink)
    ground = _colour(styles.get("background-color", styles.get("background", "")), ground)
    if here.tag == "img":
        yield Words(here.get("alt", ""), ink, ground)
    texts = [here.text, *(child.tail for child in here)]
    yield from (Words(text.strip(), ink, ground) for text in texts if text and text.strip())
    for child in here:
        # Comments have no name.
        if isinstance(child.tag, str):
            yield from _walk([*path, child], ink, ground, rules)


def _inline(element: Element) -> dict[str, str]:
    return _declarations(element.get("style", ""))


def _by_rules(path: list[Element], rules: list[Rule]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in sorted(rules, key=lambda one: one.strength):
        if rule.fits(path):
            found |= rule.set
            # A shorthand sets the longhand too.
            if "background" in rule.set:
                found["background-color"] = rule.set["background"]
    return found


def _rules(html: str) -> Iterator[Rule]:
    found = DARK.search(html)
    assert found
    for order, (selectors, body) in enumerate(re.findall(r"([^{}]+)\{([^{}]*)\}", found[1])):
        for selector in selectors.split(","):
            parts = tuple(re.findall(r">|[^\s>]+", selector))
            strength = 100 * selector.count(".") + len(re.findall(r"(?:^|[\s>])[a-z]", selector))
            yield Rule(parts, _declarations(body.replace("!important", "")), (strength, order))


def _fits(parts: list[str], path: list[Element]) -> bool:
    if not path or not _is(path[-1], parts[-1]):
        return False
    before = parts[:-1]
    if not before:
        return True
    if before[-1] == ">":
        return _fits(before[:-1], path[:-1])
    return any(_fits(before, path[:end]) for end in range(1, len(path)))


def _is(element: Element, simple: str) -> bool:
    if simple.startswith("."):
        return simple[1:] in (element.get("class") or "").split()
    return element.tag == simple


def _declarations(css: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in css.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _colour(value: str, otherwise: str) -> str:
    found = COLOUR.search(value)
    return found[0] if found else otherwise
