"""What some program does not show as we ask, and why nobody misses anything: feature -> reason.

An entry is needed for whatever support.json says is lacking in one of the five, also in part.
"""

_STYLE_SHEET = "a reader there sees the inline styles: light colours, all words and links"
_LAYOUT = "only mrml's frame uses it; Outlook gets tables in conditional comments instead"
_OPEN = "what is lacking is a value or a unit that no mail of ours has"

FALLBACKS = {
    # Dark mode and phones: a bonus on top of the inline styles.
    "css-at-media": _STYLE_SHEET,
    "css-at-media-prefers-color-scheme": f"such programs darken by themselves, or {_STYLE_SHEET}",
    "css-color-scheme": f"such programs darken by themselves, or {_STYLE_SHEET}",
    "css-important": _STYLE_SHEET,
    "css-selector-attribute": f"it is for Outlook's own dark mode alone; {_STYLE_SHEET}",
    "css-selector-child": f"a card keeps its light ground; {_STYLE_SHEET}",
    "css-selector-class": _STYLE_SHEET,
    "css-selector-descendant": _STYLE_SHEET,
    "css-selector-grouping": _STYLE_SHEET,
    "css-selector-id": "mrml's rule for old Outlooks alone",
    "css-selector-type": _STYLE_SHEET,
    "html-meta-color-scheme": f"such programs darken by themselves, or {_STYLE_SHEET}",
    "html-style": _STYLE_SHEET,
    # The frame of the column.
    "css-display": _LAYOUT,
    "css-direction": "the same is said by dir, and text-align follows it",
    "css-height": "Yahoo keeps the picture's width and height attributes, which have its shape",
    "css-margin": "none is negative, and auto only centres the frame, which is in a table too",
    "css-max-width": "Outlook has the width as an attribute and in its own table",
    "css-padding": "no padding on p or div that the layout needs; Outlook does it on td",
    "css-width": "Outlook reads the width attribute of pictures and of its own table",
    "html-align": "Outlook for Mac reads text-align, which stands beside it",
    "html-height": "Outlook takes the number as pixels, and it is one",
    "html-width": "Outlook takes the number as pixels, and it is one",
    # Words.
    "css-font-size": _OPEN,
    "css-font-weight": "only 400 and 700, which are normal and bold everywhere",
    "css-line-height": "lines may stand closer or wider; none is cut",
    "css-text-align": "left, right and center only, which all have",
    "css-text-decoration": "underline and none only, which all have",
    "css-white-space": "a link of the footer may break between its words",
    "css-word-break": "a word longer than the column runs out of it there; nothing is lost",
    "css-word-spacing": "it says normal",
    "css-overflow": "it hides the preview line, as do its size and its colour",
    # Decoration.
    "css-background": f"Outlook has a plain colour, which is all we ask; {_STYLE_SHEET}",
    "css-border": "plain solid lines only",
    "css-border-radius": "square corners are fine",
    "css-opacity": "the preview line is hidden by display and size as well",
    "css-outline": "no picture has one there anyway",
    "css-display-none": "the preview line is 1 px high and of the colour of the ground as well",
    "css-max-height": "the preview line is hidden by display and size as well",
    # What screen readers are told; without it they read the same words in the same order.
    "html-aria-label": "the mail is read without its name",
    "html-lang": "Yahoo keeps it on the element inside the body, where it is said again",
    "html-role": "tables that are read as tables hold one cell",
    # The document around the mail.
    "html-body": "the colour of the ground is on the element inside it too",
    "html-dir": "text-align says the same",
    "html-doctype": "sizes are said outright, so the program's own mode does as well",
}

# Used everywhere and tested by nobody: the site has no feature for it.
UNLISTED = {
    "css-color": "",
    "css-font-family": "",
    "css-pseudo-class-root": "only with color-scheme, which may be missing",
    "css-supported-color-schemes": "the older name of color-scheme",
    "html-a": "",
    "html-alt": "",
    "html-aria-roledescription": "for screen readers that know it",
    "html-border": "",
    "html-class": "",
    "html-content": "",
    "html-head": "",
    "html-href": "",
    "html-html": "",
    "html-http-equiv": "",
    "html-meta": "",
    "html-meta-format-detection": "so that a phone makes no links out of numbers",
    "html-meta-supported-color-schemes": "the older name of color-scheme",
    "html-meta-viewport": "",
    "html-rel": "",
    "html-src": "",
    "html-title": "",
    "html-type": "",
    "html-xmlns": "",
    "html-xmlns:o": "for Outlook alone",
    "html-xmlns:v": "for Outlook alone",
}
