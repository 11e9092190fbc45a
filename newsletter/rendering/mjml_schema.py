"""The MJML that our templates may use: tag -> attributes, and which tag stands in which.

mrml ignores a tag or an attribute that it does not know without a word, so a slip of the pen would
only show in some reader's mail program. Add here what a new template needs.
"""

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
