"""Copies among summaries: what is one, who is elected, and that neither the order of rows nor a chain of changes decides."""

import datetime as dt
import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.diversify import copies
from asknews_ner.diversify.copies import CopyReject, Story, cosine_parts, find_copies, in_order, shared_share
from asknews_ner.diversify.embedding.lexical import anchors
from asknews_ner.factory import pipeline
from asknews_ner.recipe import load_recipe, shipped_recipes
from asknews_ner.records import CopyVerdict, Rejected, SampledArticle, Summary, SummaryVector, TopicMember
from asknews_ner.storage.tables import reject_table

RECIPE = load_recipe("laptop")
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
EMBED = RECIPE.embed.model_copy(update={"lexical_dimensions": 2})
"""Vectors here have two numbers of the encoder's, then two of the lexical part."""
TEXT = " ".join(f"word{n}" for n in range(40))
NAMES = "Marisko Tavalei Nukuvara Ralumere Fonomoana Selvathurai Achterberg Marchbanks Haugtvedt Tolomushova Faleniko Malvakon"
OTHER_TEXT = " ".join(f"other{n}" for n in range(40))


def story(key, text=TEXT, hours=0.0, language="en", summary_language="en", degrees=0.0, lexical=0.0):
    """`degrees` turns the encoder's part, `lexical` the lexical part."""
    when = None if hours is None else START + dt.timedelta(hours=hours)
    angles = np.radians([degrees, lexical])
    values = (np.cos(angles[0]), np.sin(angles[0]), np.cos(angles[1]), np.sin(angles[1]))
    row = Summary(key, key, "m", "f", "", text, summary_language, language != summary_language, 0, "GB", language, when)
    return Story(row, SummaryVector(key, key, "e", tuple(float(v) for v in values), False, "GB", language, when))


def verdicts(*rows, **changes):
    return {row.article_id: row for row in find_copies(rows, RECIPE.copies.model_copy(update=changes), EMBED)}


def elected(*rows, **changes):
    return {key: row.elected for key, row in verdicts(*rows, **changes).items()}


def test_a_translated_wire_text_has_one_elected_the_earliest():
    found = verdicts(
        story("spanish", hours=3, language="es"), story("b", hours=1), story("c", OTHER_TEXT, hours=0), story("undated", hours=None)
    )
    assert {key: (row.elected, row.kind) for key, row in found.items()} == {
        "b": ("b", "elected"),
        "c": ("c", "unique"),
        "spanish": ("b", "copy"),
        "undated": ("b", "copy"),
    }
    copy = found["spanish"]
    assert (copy.is_elected, copy.cosine, copy.shared_words, copy.names_in_order, copy.hours) == (False, 1.0, 1.0, None, 2.0)
    assert (copy.elected_language, copy.language) == ("en", "es")
    assert (found["b"].cosine, found["b"].shared_words, found["undated"].hours) == (None, None, None)


def test_at_the_same_time_the_first_id_is_elected():
    assert elected(story("b"), story("a"), story("c")) == {"a": "a", "b": "a", "c": "a"}
    assert elected(story("b", hours=None), story("a", hours=None)) == {"a": "a", "b": "a"}


@pytest.mark.parametrize("changes", [{"degrees": 80}, {"text": OTHER_TEXT}])
def test_one_signal_alone_is_not_enough(changes):
    assert elected(story("a"), story("b", **changes)) == {"a": "a", "b": "b"}


def test_articles_in_two_languages_need_fewer_shared_words():
    half = " ".join(TEXT.split()[:12] + OTHER_TEXT.split()[:28])  # 11 of 39 pairs of words
    assert elected(story("a"), story("b", half))["b"] == "b"
    assert elected(story("a"), story("b", half, language="it"))["b"] == "a"


def test_untranslated_summaries_need_their_names_in_the_same_order():
    own = story("a", f"{NAMES} 187 ombord 4700", language="sv", summary_language="sv")
    same = story("b", f"{NAMES} 4700", hours=1)
    turned = story("c", " ".join(reversed(f"{NAMES} 4700".split())), hours=2)
    found = verdicts(own, same, turned)
    assert {key: row.elected for key, row in found.items()} == {"a": "a", "b": "a", "c": "c"}
    assert (found["b"].names_in_order, found["b"].shared_words) == (13, None)
    # The encoder does not know Swedish: its part says nothing, the lexical one decides.
    assert elected(own, replace(same, vector=story("b", degrees=90).vector))["b"] == "a"
    assert elected(own, replace(same, vector=story("b", lexical=90).vector))["b"] == "b"


def test_a_chain_of_near_copies_does_not_merge_its_ends():
    rows = [story("a", hours=0), story("b", hours=1, degrees=50), story("c", hours=2, degrees=100)]
    assert elected(*rows) == {"a": "a", "b": "a", "c": "c"}
    words = TEXT.split()
    drifting = [story(f"t{n}", " ".join(words[9 * n : 9 * n + 13]), hours=n) for n in range(4)]
    assert elected(*drifting, min_shared_words=0.2) == {"t0": "t0", "t1": "t0", "t2": "t2", "t3": "t2"}


def test_far_apart_in_time_is_no_copy_and_undated_ones_are_compared_with_all():
    limit = RECIPE.copies.max_hours
    assert elected(story("a"), story("b", hours=limit), story("c", hours=limit + 1), story("u", hours=None)) == {
        "a": "a",
        "b": "a",
        "c": "c",  # only compared with elected ones
        "u": "a",
    }


ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 200)), st.sampled_from([0, 40, 80]), st.integers(0, 3), st.sampled_from(["en", "es"])),
    max_size=14,
)


@settings(max_examples=80, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_the_order_of_the_rows_and_the_tiles_decide_nothing(rows, random, tile):
    words = TEXT.split()
    stories = [
        story(f"{n:02d}", " ".join(words[3 * shift : 3 * shift + 20]), hours, language, degrees=degrees)
        for n, (hours, degrees, shift, language) in enumerate(rows)
    ]
    found = find_copies(stories, RECIPE.copies, EMBED)
    shuffled = list(stories)
    random.shuffle(shuffled)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(copies, "_TILE", tile)
        assert find_copies(shuffled, RECIPE.copies, EMBED) == found
    by_id = {row.article_id: row for row in found}
    assert sorted(by_id) == [row.summary.article_id for row in stories]
    for row in found:
        assert by_id[row.elected].is_elected
        assert row.is_elected == (row.kind != "copy") == (row.elected == row.article_id)
    assert {row.elected for row in found if row.kind == "copy"} == {row.article_id for row in found if row.kind == "elected"}


def test_parts_of_a_vector_have_length_one_or_nothing():
    dense, lexical = cosine_parts(np.array([[3, 4, 0, 0], [0, 0, 0, 2]], dtype=np.float32), EMBED)
    assert dense.tolist() == [pytest.approx([0.6, 0.8]), [0, 0]]
    assert lexical.tolist() == [[0, 0], [0, 1]]
    whole = EMBED.model_copy(update={"untranslated": "encode", "lexical_dimensions": 0})
    assert cosine_parts(np.ones((1, 4), dtype=np.float32), whole)[0].shape == (1, 4)
    swedish = [story(key, language="sv", summary_language="sv") for key in "ab"]
    assert [row.elected for row in find_copies(swedish, RECIPE.copies, whole)] == ["a", "a"]  # the encoder is trusted with it
    assert find_copies([], RECIPE.copies, EMBED) == []


def test_what_is_shared():
    assert shared_share(frozenset("abcd"), frozenset("ab")) == 1
    assert shared_share(frozenset(), frozenset("a")) == 0
    assert in_order("abcde", "axcye") == 3
    assert in_order("abc", "cba") == 1
    assert in_order("", "a") == 0
    assert anchors("The ferry Marisko, 187 aboard, hit Tavalei.", "en") == anchors("На пароме «Мариско» 187, Тавалей рядом.", "ru")


def test_all_recipes_say_what_a_copy_is():
    for name in shipped_recipes():
        params = load_recipe(name).copies
        assert params.leave_out_of_sample
        assert 0 < params.min_shared_translated < params.min_shared_words < 1


# on the shipped sample


def refreshed(ws, root, **changes):
    """A copy of the workspace with other values for copies, up to the sample."""
    recipe = ws.recipe.model_copy(update={"copies": ws.recipe.copies.model_copy(update=changes)})
    other = replace(ws, root=root / "copy", recipe=recipe)
    shutil.copytree(ws.root, other.root)
    pipeline.STORY_COPIES.refresh(other, None)
    pipeline.SAMPLE.refresh(other, None)
    return other


def test_stories_that_outlets_tell_in_their_own_words_are_no_copies(sample_ws):
    found = sample_ws.tables.read("story_copies", CopyVerdict)
    assert len(found) == sum(sample_ws.tables.row_count("summaries", cell) for cell in sample_ws.tables.partitions("summaries"))
    assert Counter(row.kind for row in found) == {"unique": len(found)}


def test_copies_stay_in_their_topics_and_are_not_sampled(sample_ws, tmp_path):
    ws = refreshed(sample_ws, tmp_path, min_names_in_order=5)
    gone = {row.article_id for row in ws.tables.read("story_copies", CopyVerdict) if not row.is_elected}
    members = {row.article_id for row in ws.tables.read("topic_members", TopicMember)}
    sampled = {row.article_id for row in ws.tables.read("sample", SampledArticle)}
    rejected = ws.tables.read(reject_table("sample"), Rejected)
    assert gone and gone <= members
    assert not gone & sampled
    assert {row.key for row in rejected if row.reason == CopyReject.TRANSLATED_COPY.name} == gone
    assert len(sampled) + len(rejected) == len(members)
    assert "names in the same order to https://" in next(row.detail for row in rejected if row.key in gone)


def test_a_recipe_may_sample_copies(sample_ws, tmp_path):
    ws = refreshed(sample_ws, tmp_path, min_names_in_order=5, leave_out_of_sample=False)
    assert ws.tables.read("sample", SampledArticle) == sample_ws.tables.read("sample", SampledArticle)
