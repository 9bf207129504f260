"""Bytes that say they are XML → text that a parser may be given: decoded here once, so that what was checked is what is parsed.

A parser that decodes for itself could read other characters than the check did (UTF-16, UTF-7), and so find an entity bomb that the
check did not see. Feeds and sitemaps need no entities of their own, so that a declaration of one is reason enough to refuse; their
number of uses is none (honest feeds use 100,000 and more)."""

import codecs
import re
import zlib

from asknews_ner.acquire.sources.items import SourceReject

_GZIP = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,100}\?>")
_ANY_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,300}\?>")
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
# Python's codecs for other things than documents; punycode takes quadratic time.
_NOT_OF_DOCUMENTS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
# Not characters of XML 1.0; parsers stop at them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));?")


class DocumentError(Exception):
    """A document cannot be given to a parser."""

    def __init__(self, reason: SourceReject, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def unpacked(body: bytes, most_bytes: int) -> bytes:
    """The document itself, if it came as gzip. Raises DocumentError: too big, or damaged. Memory stays within `most_bytes`."""
    if len(body) > most_bytes:
        raise DocumentError(SourceReject.TOO_BIG, f"{len(body)} bytes, at most {most_bytes}")
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise DocumentError(SourceReject.BROKEN_COMPRESSION, f"gzip: {error}") from error
    if len(content) > most_bytes:
        raise DocumentError(SourceReject.TOO_BIG, f"more than {most_bytes} bytes when unpacked")
    if not unpacker.eof:
        raise DocumentError(SourceReject.BROKEN_COMPRESSION, f"gzip ends early, after {len(content)} bytes of content")
    return content


def declared_charset(content_type: str) -> str:
    """The charset in a value of Content-Type; empty if it names none."""
    return content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")


def xml_text(body: bytes, charset: str = "") -> str:
    """The document as text, without its XML declaration, and with nothing in it that expands.

    Encoding: byte order mark, then `charset` (of the HTTP header), then the XML declaration, then UTF-8, then windows-1252 (what old feeds
    without any declaration are in). Raises DocumentError."""
    text = _decoded(body, charset)
    found = _ENTITY.search(text)
    if found:
        raise DocumentError(SourceReject.ENTITY_DECLARATION, f"at character {found.start()}")
    return _NUMBER.sub(_character, _NOT_XML.sub("\ufffd", _ANY_DECLARATION.sub("", text, count=1))).lstrip()


def _character(reference: re.Match[str]) -> str:
    """A reference by number as it stands, or U+FFFD where it means no character (feedparser fails at those)."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if number > 0x10FFFF or _NOT_XML.match(chr(number)) else reference[0]


def _decoded(body: bytes, charset: str) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if body[:4] in (b"<\0?\0", b"<\0r\0", b"<\0f\0"):
        return body.decode("utf-16-le", "replace")
    if body[:4] in (b"\0<\0?", b"\0<\0r", b"\0<\0f"):
        return body.decode("utf-16-be", "replace")
    declared = _DECLARATION.match(body[:600].decode("latin-1"))
    for encoding in (charset, declared[1] if declared else "", "utf-8"):
        if encoding and (text := _strictly(body, encoding)) is not None:
            return text
    return body.decode("windows-1252", "replace")


def _strictly(body: bytes, encoding: str) -> str | None:
    """None if the encoding is none of text, or the bytes are not in it."""
    try:
        name = codecs.lookup(encoding).name
        return None if name in _NOT_OF_DOCUMENTS else body.decode(name)
    except (LookupError, ValueError):
        return None
