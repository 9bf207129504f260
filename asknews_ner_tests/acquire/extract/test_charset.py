import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.acquire.extract.charset import decode, mend_mojibake, python_charset

RUSSIAN = "Правительство объявило в понедельник, что налог на бензин вырастет со следующего года, сообщил министр финансов. " * 3
SWEDISH = "Regeringen föreslår att skatten på bensin ska höjas från nästa år, sade finansministern på en pressträff i går. " * 3
ARABIC = "أعلنت الحكومة يوم الاثنين أن الضريبة على البنزين سترتفع اعتبارا من العام المقبل، حسبما قال وزير المالية في العاصمة. " * 3


def html(text, charset=None):
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "written", "header", "meta", "noted"),
    [
        (SWEDISH, "utf-8", "", None, False),
        (SWEDISH, "utf-8", "text/html; charset=iso-8859-1", None, True),
        (SWEDISH, "cp1252", "text/html; charset=ISO-8859-1", None, False),
        (SWEDISH, "cp1252", "", "latin-1", False),
        (SWEDISH, "cp1252", "", None, False),
        (SWEDISH, "cp1252", "text/html; charset=utf-8", None, True),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251", None, False),
        (RUSSIAN, "cp1251", "", None, False),
        (RUSSIAN, "koi8-r", "", "koi8-r", False),
        (RUSSIAN, "cp1251", "text/html; charset=iso-8859-1", None, True),
        (ARABIC, "cp1256", "", None, False),
        (ARABIC, "utf-8", "text/html; charset=no-such-thing", None, False),
    ],
)
def test_the_text_is_read_as_it_was_written(text, written, header, meta, noted):
    found = decode(html(text, meta).encode(written), header)
    assert text in found.text
    assert bool(found.notes) == noted


@pytest.mark.parametrize(
    ("mark", "charset"), [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_a_byte_order_mark_wins_and_leaves(mark, charset):
    found = decode(mark + html(RUSSIAN).encode(charset), "text/html; charset=koi8-r")
    assert found.text == html(RUSSIAN)


def test_a_page_cut_in_the_middle_of_a_letter_stays_utf8_and_says_so():
    body = html(RUSSIAN).encode()[:-60][:-1]
    body = body[:-1] if body[-1] < 0x80 else body
    cut = body[: body.rindex("п".encode()) + 1]
    found = decode(cut, "")
    assert found.charset == "utf-8"
    assert found.text.endswith("\ufffd")
    assert found.notes == ("1 undecodable byte sequences",)


def test_mojibake_is_mended_only_where_it_is_certain():
    assert mend_mojibake(SWEDISH.encode().decode("cp1252")) == SWEDISH
    assert mend_mojibake("L’été à Malmö – “naïve”") == "L’été à Malmö – “naïve”"


def test_labels_mean_what_browsers_take_them_for():
    assert python_charset("ISO-8859-1") == python_charset("ascii") == "cp1252"
    assert python_charset("no-such-thing") == ""


LABELS = st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-7", "iso-2022-jp", "gb18030", "big5", "euc-kr", "koi8-u", "latin-1", "cp1256", "x-user-defined", "replacement", "idna", "punycode", "unicode_escape", "rot13", "undefined", ""])  # fmt: skip
STARTS = st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, b'<meta charset="', b"<?xml encoding='"])  # fmt: skip


@given(STARTS, LABELS, st.binary(max_size=300), st.text(max_size=40) | LABELS.map("text/html; charset={}".format))
def test_any_bytes_become_text(start, label, body, header):
    decode(start + label.encode() + b'">' + body, header).text.encode("utf-8", "strict")
    decode(body, header).text.encode("utf-8", "strict")
