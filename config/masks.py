"""What a line for other eyes may not hold: addresses, and tokens of links that act for a reader.

Our own lines hold neither. Those of libraries may: a path that was not found, the words of a
database that refuses a row, a provider's answer in a traceback.
"""

import re
import socket
from typing import Any

# Both spellings of a slash: an address of ours stands in another's query, too.
_SLASH = r"(?:/|%(?:25)*2F)"
KINDS = "confirm|unsubscribe|preferences|your-data|new-address|preview|c"
_LINK = re.compile(rf"({_SLASH}(?:{KINDS}){_SLASH})[\w.~-]+", re.IGNORECASE)
# A token that stands alone: long, and of a spelling that no id of ours has.
_LONE = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{32,}", re.ASCII)

# As it is written, in an address of the web, in HTML, in JSON, and by a Japanese keyboard.
_AT = r"(?:@|%(?:25)*40|&#64;|&#x40;|&commat;|\\u0040|\uff20)"
_QUOTED = r'"(?:[^"\n]){1,64}"'
_LOCAL = r"""[^\s@"'<>()\[\],:;\\\uff20]"""
# From its beginning on only, or a long line without a space would take for ever.
_PLAIN = rf"(?<!{_LOCAL})(?<!\w')(?:{_LOCAL}|(?<=\w)'(?=\w))+"
_DOMAIN = r"""(?:\[[0-9A-Za-z:.]+\]|[^\s@"'<>()\[\],:;/\\?&#=|{}!*`]+)"""
_ADDRESS = re.compile(rf"(?:{_QUOTED}|{_PLAIN}){_AT}({_DOMAIN})", re.IGNORECASE)

_SIGNS = re.compile(r"[/%@&\\\uff20]|[\w-]{32}")

# Workers are called `bulk@machine`, which is nobody's address.
_HERE = socket.gethostname()
_WORKER = re.compile(r"(?:celery|transactional|notices|bulk|events|default)(?:-\d+)?@")


def masked(text: str) -> str:
    """The text with `[address]` and `[token]` where they stood; rather too much than too little."""
    # Words of most lines hold no sign of either, and are looked at no further.
    if not _SIGNS.search(text):
        return text
    text = _LONE.sub("[token]", _LINK.sub(r"\1[token]", text))
    return _ADDRESS.sub(_hidden, text)


def all_masked(value: Any) -> Any:
    """The same for everything in lists and dictionaries; what is no text is made one."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return masked(value)
        case dict():
            return {masked(str(key)): all_masked(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [all_masked(each) for each in value]
    return masked(repr(value))


def _hidden(found: re.Match[str]) -> str:
    local, domain = found[0].removesuffix(found[1]), found[1].rstrip(".")
    if domain == _HERE and ("." not in domain or _WORKER.fullmatch(local)):
        return found[0]
    return "[address]" + found[1][len(domain) :]
