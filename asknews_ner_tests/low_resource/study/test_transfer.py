"""The most similar language by what can be counted."""

from asknews_ner.low_resource.language_data import read_language
from asknews_ner.low_resource.languages import LANGUAGES
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.transfer import similarities
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").low_resource.study.transfer


def rows(text):
    return [TaggedSentence(tuple(line.split()), ("O",) * len(line.split())) for line in text.split(".") if line.strip()]


DANISH = rows("jeg bor i Odense. hun taler med Ada og Bo. byen ligger ved Vejle. det er en smuk dag")
SWEDISH = rows("jag bor i Odense. hon talar med Ada och Eva. staden ligger vid vattnet. det är en dag")
FINNISH = rows("minä asun Helsingissä. hän puhuu, että Ada tulee. kaupunki on meren rannalla")
RUSSIAN = rows("я живу в Москве. она не говорит. город стоит у воды. это красивый день")
TELUGU = rows("నేను హైదరాబాద్ లో ఉన్నాను. ఆమె తెలుగు మాట్లాడుతుంది")


def test_the_language_that_shares_names_is_first_and_another_script_shares_nothing():
    found = similarities(DANISH, {"ru": RUSSIAN, "fi": FINNISH, "sv": SWEDISH}, PARAMS)
    assert [(one.language, one.score) for one in found] == [("sv", 0.5), ("fi", 0.25), ("ru", 0.0)]
    assert (found[0].words, found[2].same_script) == (similarities(DANISH, {"sv": SWEDISH}, PARAMS)[0].words, False)
    assert found == similarities(DANISH, {"sv": SWEDISH, "fi": FINNISH, "ru": RUSSIAN}, PARAMS)


def test_a_script_without_capitals_is_compared_by_words():
    same, other = similarities(TELUGU, {"te": TELUGU[:1], "da": DANISH}, PARAMS)
    assert (same.language, same.has_names) == ("te", False)
    assert same.score == same.words == 4 / 7
    assert other.score == 0.0


def test_a_language_is_most_like_itself_and_nothing_is_like_no_text():
    (same,) = similarities(DANISH, {"da": DANISH}, PARAMS)
    assert same.score == 1.0
    assert similarities(DANISH, {"xx": []}, PARAMS)[0].score == 0.0
    assert similarities([], {"xx": []}, PARAMS)[0].score == 0.0


def test_danish_is_the_farthest_from_yoruba(shared):
    folder = shared / "data" / "benchmarks"
    data = {code: read_language(folder, LANGUAGES[code], hub=False).train[:500] for code in ("swa", "ibo", "yor", "da")}
    found = similarities(data["yor"], {code: data[code] for code in ("ibo", "swa", "da")}, PARAMS)
    assert found[-1].language == "da"
