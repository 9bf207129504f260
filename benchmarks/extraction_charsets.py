"""Which detector names the charset of a page that declares none: chardet, resiliparse, charset-normalizer.

    ASKNEWS_NER_SHARED=FOLDER python benchmarks/extraction_charsets.py

Up to 60 real news texts of each language, 3,000 characters each in a small page, encoded in the legacy charsets of the language (characters
that a charset lacks are left out). A detector is right if the page reads the same by the charset it names.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import chardet
import pandas as pd
from charset_normalizer import from_bytes
from resiliparse.parse.encoding import detect_encoding

TEXTS, CHARACTERS = 60, 3000
CHARSETS = {
    "ru": ("cp1251", "koi8-r", "iso8859-5"), "uk": ("cp1251", "koi8-u"), "ar": ("cp1256", "iso8859-6"), "de": ("cp1252",),
    "fr": ("cp1252",), "es": ("cp1252",), "pt": ("cp1252",), "sv": ("cp1252",), "da": ("cp1252",), "no": ("cp1252",), "it": ("cp1252",),
    "pl": ("cp1250", "iso8859-2"), "cs": ("cp1250",), "ja": ("shift_jis", "euc_jp"),
}  # fmt: skip


def _normalizer(body: bytes) -> str | None:
    best = from_bytes(body).best()
    return best.encoding if best else None


DETECTORS: Mapping[str, Callable[[bytes], str | None]] = {
    "chardet": lambda body: chardet.detect(body)["encoding"],
    "resiliparse": detect_encoding,
    "charset-normalizer": _normalizer,
}


def is_right(page: bytes, charset: str, named: str | None) -> bool:
    """Whether the page reads the same by the charset that was named."""
    try:
        return named is not None and page.decode(named) == page.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return False


def main() -> None:
    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    print(f"{'language':<9} {'charset':<10} {'pages':>5}  " + "  ".join(f"{name:>18}" for name in DETECTORS))
    total = 0
    for language, charsets in CHARSETS.items():
        texts = pd.read_parquet(folder / f"articles_{language}.parquet").text.dropna()
        texts = texts.sample(min(TEXTS, len(texts)), random_state=1)
        for charset in charsets:
            encoded = [text[:CHARACTERS].encode(charset, "ignore") for text in texts]
            pages = [b"<html><head><title>x</title></head><body><p>" + one + b"</p></body></html>" for one in encoded if not one.isascii()]
            total += len(pages)
            shares = [sum(is_right(page, charset, detect(page)) for page in pages) / len(pages) for detect in DETECTORS.values()]
            print(f"{language:<9} {charset:<10} {len(pages):>5}  " + "  ".join(f"{share:>18.2f}" for share in shares))
    print(f"{total} pages")


if __name__ == "__main__":
    main()
