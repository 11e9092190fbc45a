"""How header lines are written."""

from email.header import Header
from email.headerregistry import UnstructuredHeader
from email.policy import EmailPolicy

# RFC 5322 section 2.1.1.
LONGEST_LINE = 998


class WholeHeaders(EmailPolicy):
    """SMTP's rules, with plain headers on one line, and every space of the others kept.

    The standard library folds a header of one long word, such as the link in List-Unsubscribe, by
    encoding it, which RFC 2047 section 5 forbids there and mail clients do not read. Of a long
    subject with letters beyond ASCII its newer half loses spaces where it begins another line; the
    older half encodes the whole, spaces and all.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line.encode("ascii") + b"\r\n"
        if isinstance(value, UnstructuredHeader):
            whole = Header(str(value), "utf-8", self.max_line_length, name)
            return f"{name}: {whole.encode(linesep=self.linesep)}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


# 76: what a quoted-printable line may have (RFC 2045 section 6.7); the library's own is 78.
POLICY = WholeHeaders(linesep="\r\n", max_line_length=76)


def one_line(value: str) -> str:
    """A header value that cannot start another header."""
    return " ".join(value.split())
