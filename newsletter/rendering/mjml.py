"""MJML to HTML, refusing what mrml would silently ignore."""

import re

import mrml

from newsletter.rendering.mjml_schema import ATTRIBUTES, CHILDREN, is_form_of

_TAG = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][\w.-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*?)(/?)>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"([^\s=\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'))?")


class MjmlError(Exception):
    """A template with MJML that would not do what it says; the message names tag and attribute."""


def to_html(mjml: str) -> str:
    """The HTML of an MJML document; raises MjmlError on an unknown tag, attribute or value."""
    lint(mjml)
    try:
        output = mrml.to_html(mjml)
    except OSError as error:
        raise MjmlError(f"MJML cannot be read: {error}") from error
    if output.warnings:
        raise MjmlError(f"MJML: {output.warnings[0].kind}")
    return str(output.content)


def lint(mjml: str) -> None:
    """Hold tags, their attributes, values and nesting to `mjml_schema`; raises MjmlError."""
    open_tags = [""]
    for match in _TAG.finditer(mjml):
        closes, tag, attributes, empty = match.groups()
        if tag is None or _is_content(tag, inside=open_tags[-1]):
            continue
        if closes:
            if tag != open_tags.pop():
                raise MjmlError(f"</{tag}> closes what is not open.")
            continue
        _check(tag, attributes, inside=open_tags[-1])
        if not empty:
            open_tags.append(tag)
    if len(open_tags) > 1:
        raise MjmlError(f"<{open_tags[-1]}> is never closed.")


def _is_content(tag: str, *, inside: str) -> bool:
    """Whether a tag is HTML within one of the tags that hold HTML."""
    return inside not in CHILDREN and tag not in ATTRIBUTES and not tag.startswith("mj-")


def _check(tag: str, attributes: str, *, inside: str) -> None:
    if tag not in CHILDREN.get(inside, ()):
        raise MjmlError(f"<{tag}> may not stand in <{inside or 'the document'}>.")
    for name, value in _ATTRIBUTE.findall(attributes):
        if name not in ATTRIBUTES[tag]:
            raise MjmlError(f"<{tag}> has no attribute {name!r}.")
        if not is_form_of(name, value[1:-1]):
            raise MjmlError(f"<{tag}> has {name}={value or 'nothing'}, which is none.")
