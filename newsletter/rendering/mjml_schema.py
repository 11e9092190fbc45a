"""The MJML that our templates may use: tags, attributes, their values, which tag stands in which.

mrml takes a tag, an attribute or a value that it does not know without a word, so a slip of the
pen would only show in some reader's mail program. Add here what a new template needs.
"""

import re

_ANY = frozenset({"css-class"})
_SPACE = frozenset(
    {"padding", "padding-top", "padding-right", "padding-bottom", "padding-left"},
)
_BORDER = frozenset(
    {"border", "border-top", "border-bottom", "border-left", "border-right", "border-radius"},
)
_TEXT = frozenset(
    {"font-family", "font-size", "font-weight", "line-height", "color", "align", "height"}
)

ATTRIBUTES: dict[str, frozenset[str]] = {
    "mjml": frozenset({"lang", "dir"}),
    "mj-head": frozenset(),
    "mj-title": frozenset(),
    "mj-preview": frozenset(),
    "mj-style": frozenset(),
    "mj-raw": frozenset(),
    "mj-attributes": frozenset(),
    "mj-all": _SPACE | _TEXT,
    "mj-body": _ANY | {"background-color", "width"},
    "mj-wrapper": _ANY | _SPACE | _BORDER | {"background-color", "full-width", "text-align"},
    "mj-section": _ANY
    | _SPACE
    | _BORDER
    | {"background-color", "full-width", "direction", "text-align"},
    "mj-column": _ANY
    | _SPACE
    | _BORDER
    | {"background-color", "inner-background-color", "width", "vertical-align"},
    "mj-text": _ANY | _SPACE | _TEXT | {"container-background-color"},
    "mj-divider": _ANY
    | _SPACE
    | {"border-color", "border-style", "border-width", "width", "align"},
    "mj-spacer": _ANY | _SPACE | {"height"},
}

# What may stand directly inside each tag. Tags that are missing here hold HTML or words.
CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"mjml"}),
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-title", "mj-preview", "mj-style", "mj-raw", "mj-attributes"}),
    "mj-attributes": frozenset(
        {"mj-all", "mj-text", "mj-section", "mj-column", "mj-divider", "mj-wrapper"}
    ),
    "mj-body": frozenset({"mj-wrapper", "mj-section", "mj-raw"}),
    "mj-wrapper": frozenset({"mj-section", "mj-raw"}),
    "mj-section": frozenset({"mj-column", "mj-raw"}),
    "mj-column": frozenset({"mj-text", "mj-divider", "mj-spacer", "mj-raw"}),
}

_COLOUR = r"#[0-9A-Fa-f]{6}"
_PIXELS = r"(?:0|\d{1,4}px)"
_STYLE = r"(?:solid|dashed|dotted)"

# Attribute -> how its value is written. Colours have no names: a name is not the publisher's.
_FORMS: dict[str, re.Pattern[str]] = {
    name: re.compile(form)
    for names, form in (
        (_SPACE, rf"{_PIXELS}(?: {_PIXELS}){{0,3}}"),
        (_BORDER - {"border-radius"}, rf"none|{_PIXELS} {_STYLE} {_COLOUR}"),
        (
            {
                "background-color",
                "border-color",
                "color",
                "container-background-color",
                "inner-background-color",
            },
            _COLOUR,
        ),
        ({"border-radius", "border-width", "font-size", "height", "line-height"}, _PIXELS),
        ({"width"}, r"\d{1,4}px|\d{1,3}%"),
        ({"border-style"}, _STYLE),
        ({"font-weight"}, "[1-9]00"),
        ({"align", "text-align"}, "left|center|right"),
        ({"vertical-align"}, "top|middle|bottom"),
        ({"dir", "direction"}, "ltr|rtl"),
        ({"full-width"}, "full-width"),
        ({"lang"}, r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*"),
        ({"font-family"}, r"[A-Za-z0-9 ,-]+"),
        ({"css-class"}, r"[a-z][a-z0-9 -]*"),
    )
    for name in names
}


def is_form_of(name: str, value: str) -> bool:
    """Whether `value` is one that the attribute `name` may have."""
    return _FORMS[name].fullmatch(value) is not None
