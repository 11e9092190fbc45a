"""Which features of caniemail.com a mail's HTML uses, and which of its parts the site has not."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# Tags and attributes -> feature, where the feature is not named "html-" and the same.
TAGS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4"), "html-h1-h6"),
    **dict.fromkeys(("table", "tbody", "tr", "td"), "html-table"),
}
# Longhands and relatives of what the site has as one feature.
PROPERTIES = {
    **dict.fromkeys(("max-height", "max-width"), ""),
    "text-size-adjust": "",
}
SIDES = re.compile(r"(border|margin|padding)-(top|right|bottom|left)(-color)?")
DISPLAYS = {"none": "css-display-none", "flex": "css-display-flex", "grid": "css-display-grid"}
SELECTORS = {
    "css-selector-class": r"\.[a-z]",
    "css-selector-id": r"#[a-z]",
    "css-selector-type": r"(?:^|[\s>,])[a-z]",
    "css-selector-attribute": r"\[",
    "css-selector-child": r">",
    "css-selector-descendant": r"[\w\])] +[\w.#\[]",
    "css-selector-grouping": r",",
}
PSEUDO = re.compile(r"(::?)([a-z-]+)")
MEDIA = re.compile(r"\(\s*([a-z-]+)")
UNIT = re.compile(r"(?<![\w#.-])-?[\d.]+(%|[a-z]+)")
FUNCTION = re.compile(r"([a-z-]+)\(")


class Usage(HTMLParser):
    """`features`: slugs to ask the data for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.features: set[str] = set()
        self._in_style = False
        self.feed(html)
        self.close()

    def handle_decl(self, decl: str) -> None:
        self.features.add("html-doctype")

    def handle_comment(self, data: str) -> None:
        self.features.add("html-comments")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.features.add(TAGS.get(tag, f"html-{tag}"))
        self._in_style = tag == "style"
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.features.update(of_sheet(data))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style":
            self.features.update(of_declarations(value))
        elif tag == "meta" and name == "name":
            self.features.add(f"html-meta-{value}")
        elif tag == "style" and name == "media":
            self.features.update(of_media(value))
        elif name == "href" and value.startswith("mailto:"):
            self.features.add("html-mailto-links")
        else:
            self.features.add(f"html-{name}")


def of_sheet(css: str) -> Iterator[str]:
    """Of a style sheet: at-rules, selectors, declarations."""
    for head, body in re.findall(r"([^{};]+)\{([^{}]*)(?=[{}])", css):
        if head.strip().startswith("@"):
            yield from of_media(head)
            # What is before the first inner brace is a selector of the first inner rule.
            yield from of_selector(body)
        else:
            yield from of_selector(head)
            yield from of_declarations(body)


def of_media(query: str) -> Iterator[str]:
    """Of an at-rule's condition; sizes are what the feature `@media` stands for."""
    rule = re.match(r"\s*@([a-z-]+)", query)
    yield f"css-at-{rule[1] if rule else 'media'}"
    for name in MEDIA.findall(query):
        if name not in {"min-width", "max-width"}:
            yield f"css-at-media-{name}"


def of_selector(selector: str) -> Iterator[str]:
    """How it chooses elements."""
    clean = selector.strip().lower()
    yield from (slug for slug, how in SELECTORS.items() if re.search(how, clean))
    for colons, name in PSEUDO.findall(clean):
        yield f"css-pseudo-{'element' if colons == '::' else 'class'}-{name}"


def of_declarations(css: str) -> Iterator[str]:
    """Properties, and what stands in their values."""
    for declaration in filter(str.strip, css.split(";")):
        name, _, value = declaration.partition(":")
        yield from of_declaration(name.strip().lower(), value.strip().lower())


def of_declaration(name: str, value: str) -> Iterator[str]:
    """One property with its value."""
    # A program's own property, for that program alone.
    if name.startswith(("mso-", "-webkit-", "-ms-")):
        return
    yield f"css-{SIDES.sub(lambda found: found[1], name)}"
    if value.endswith("!important"):
        yield "css-important"
        value = value.removesuffix("!important").strip()
    if name == "display" and value in DISPLAYS:
        yield DISPLAYS[value]
    for unit in UNIT.findall(value):
        yield f"css-unit-{'percent' if unit == '%' else unit}"
    for function in FUNCTION.findall(value):
        yield f"css-function-{function}"
