"""Words of any Unicode text: nothing lost, marks with their base, GLiNER's own words where it has no faults."""

import unicodedata

import pytest
import regex
from gliner.data_processing.tokenizer import WhitespaceTokenSplitter
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.words import split_words, splitter_version

ANY = st.text(max_size=60)
# Letters, marks and signs of many scripts side by side: what random code points seldom bring together.
MIXED = st.text(
    st.sampled_from(
        "aBz éßİıǅ-_'’.,3٣५ \t\n\u00a0\u00ad\u200b\u200c\u200d\u2010\u2011–हि्दीক্তமிคำไทย東京大阪ー々中国𠮷가각ᄒ\u1161\u11ab\u0301\u0308\u064e\ufe0f😀👍🏽"
    ),
    max_size=40,
)
BLANK_OR_INVISIBLE = regex.compile(r"[\s\x1c-\x1f\u200b[\p{Cf}&&\p{DI}]]+", regex.V1)


def surfaces(text, unspaced="icu"):
    return [word.surface for word in split_words(text, unspaced)]


@settings(max_examples=4000, deadline=None)
@given(ANY | MIXED, st.sampled_from(["icu", "characters"]))
def test_offsets_hold_and_only_blanks_and_invisible_characters_are_left_out(text, unspaced):
    words = split_words(text, unspaced)
    assert all(text[word.start : word.end] == word.surface for word in words)
    ends = [0, *(word.end for word in words)]
    starts = [*(word.start for word in words), len(text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert all(not gap or BLANK_OR_INVISIBLE.fullmatch(gap) for gap in (text[end:start] for end, start in zip(ends, starts, strict=True)))
    assert all(not BLANK_OR_INVISIBLE.fullmatch(word.surface) for word in words)


@settings(max_examples=4000, deadline=None)
@given(ANY | MIXED, st.sampled_from(["icu", "characters"]))
def test_no_mark_begins_a_word_where_it_has_a_base(text, unspaced):
    for word in split_words(text, unspaced):
        if unicodedata.category(word.surface[0])[0] == "M":
            before = text[: word.start]
            assert not before or BLANK_OR_INVISIBLE.fullmatch(before[-1])


# What GLiNER's pattern is wrong about. Its `\w` follows Python's Unicode, ours the newer one of `regex`: assigned characters only.
MENDED = regex.compile(r"[\p{M}\p{Cf}\p{Cn}\u2010\u2011\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{Bopo}\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}]")


@settings(max_examples=4000, deadline=None)
@given(ANY | MIXED | st.text(st.sampled_from("ab_-'’., 3éß\u0434\u0627\n\x1f"), max_size=40))
def test_without_marks_and_unspaced_scripts_words_are_gliner_s(text):
    plain = "".join(c for c in MENDED.sub("", text) if unicodedata.category(c) != "Cn")
    assert [tuple(word) for word in split_words(plain)] == list(WhitespaceTokenSplitter()(plain))


def test_the_short_cut_for_plain_letters_is_no_other_way():
    """Every character between letters, where the whole pattern and the short one must cut alike."""
    for code in [*range(0xD800), *range(0xE000, 0x3000)]:
        text = f"a{chr(code)}b {chr(code)}-{chr(code)}c {chr(code)}"
        assert split_words(text) == [word for word in split_words(text + " \u0e01") if word.end <= len(text)], hex(code)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("भारतीय राष्ट्रीय कांग्रेस", ["भारतीय", "राष्ट्रीय", "कांग्रेस"]),
        ("తెలుగుదేశం పార్టీ", ["తెలుగుదేశం", "పార్టీ"]),
        ("కాంగ్రెస్\u200c నేత", ["కాంగ్రెస్\u200c", "నేత"]),
        ("مُحَمَّد العلي", ["مُحَمَّد", "العلي"]),
        ("می\u200cشود", ["می\u200cشود"]),
        ("አዲስ አበባ።", ["አዲስ", "አበባ", "።"]),
        ("cafe\u0301, Stra\u00adße", ["cafe\u0301", ",", "Stra\u00adße"]),
        ("Neil-Smith’s US-backed U.S. plan", ["Neil-Smith", "’", "s", "US-backed", "U", ".", "S", ".", "plan"]),
        ("l'Italia, п'ять, 3.5", ["l", "'", "Italia", ",", "п", "'", "ять", ",", "3", ".", "5"]),
        ("東京都知事は北京大学を訪問した。", ["東京", "都知事", "は", "北京", "大学", "を", "訪問", "した", "。"]),
        ("iPhone手机-ジョー・バイデン", ["iPhone", "手机", "-", "ジョー", "・", "バイデン"]),
        ("ประเทศไทยและ", ["ประเทศไทย", "และ"]),
        ("ရန်ကုန်\u200bမြို့", ["ရန်", "ကုန်", "မြို့"]),
        ("대한민국 서울", ["대한민국", "서울"]),
    ],
)
def test_words(text, wanted):
    assert surfaces(text) == wanted


def test_every_visible_character_is_a_word_where_the_recipe_says_so():
    assert surfaces("東京で iPhone กำ", "characters") == ["東", "京", "で", "iPhone", "กำ"]
    assert surfaces("𠮷野家 東京", "characters") == ["𠮷", "野", "家", "東", "京"]


def test_characters_outside_the_basic_plane_do_not_shift_what_icu_finds():
    words = split_words("𠮷野家で食べた。")
    assert "".join(word.surface for word in words) == "𠮷野家で食べた。"
    assert all("𠮷野家で食べた。"[word.start : word.end] == word.surface for word in words)


def test_the_splitter_names_its_parts():
    assert splitter_version().startswith("icu ")
