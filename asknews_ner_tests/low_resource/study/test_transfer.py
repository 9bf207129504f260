"""The most similar language by what can be counted."""

from asknews_ner.low_resource.language_data import read_language
from asknews_ner.low_resource.languages import LANGUAGES
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.transfer import similarities
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").low_resource.study.transfer


def rows(text):
    return [TaggedSentence(tuple(line.split()), ("O",) * len(line.split())) for line in text.split(".") if line.strip()]


DANISH = rows("jeg bor i Odense. hun taler ikke dansk. byen ligger ved vandet. det er en smuk dag")
SWEDISH = rows("jag bor i Malmö. hon talar inte svenska. staden ligger vid vattnet. det är en vacker dag")
FINNISH = rows("minä asun Helsingissä. hän ei puhu suomea. kaupunki on meren rannalla. se on kaunis päivä")
RUSSIAN = rows("я живу в Москве. она не говорит. город стоит у воды. это красивый день")


def test_the_near_language_is_nearer_and_another_script_is_the_farthest():
    found = similarities(DANISH, {"ru": RUSSIAN, "fi": FINNISH, "sv": SWEDISH}, PARAMS)
    assert [one.language for one in found] == ["sv", "fi", "ru"]
    assert (found[2].ngrams, found[2].words, found[2].script) == (0.0, 0.0, 0.0)
    assert found[0].script == 1.0
    assert found == similarities(DANISH, {"sv": SWEDISH, "fi": FINNISH, "ru": RUSSIAN}, PARAMS)


def test_a_language_is_most_like_itself_and_nothing_is_like_no_text():
    (same,) = similarities(DANISH, {"da": DANISH}, PARAMS)
    assert abs(same.score - 1) < 1e-9
    assert similarities(DANISH, {"xx": []}, PARAMS)[0].score == 0.0


def test_danish_is_the_farthest_from_yoruba(shared):
    folder = shared / "data" / "benchmarks"
    data = {code: read_language(folder, LANGUAGES[code], hub=False).train[:500] for code in ("swa", "ibo", "yor", "da")}
    found = similarities(data["yor"], {code: data[code] for code in ("ibo", "swa", "da")}, PARAMS)
    assert found[-1].language == "da"
