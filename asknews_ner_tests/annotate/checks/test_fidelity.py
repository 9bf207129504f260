"""Signals between a summary and its article, across scripts; thresholds flag or reject, and counts still add up."""

import pytest

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.annotation import Annotation
from asknews_ner.annotate.checks.fidelity import Checker, FidelityReject, check
from asknews_ner.annotate.checks.grounding import kept
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import cosines
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Outcome, Spend, Summary
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.conftest import article

RECIPE = load_recipe("laptop")
PARAMS = RECIPE.annotate.fidelity
RUSSIAN = (
    "В четверг, 12 марта, мэр Северогорска Ирина Ладова и директор завода Тимур Тилолоев открыли мост длиной 640 метров. "
    "Строительство, по словам Ладовой, обошлось в 3,4 млрд рублей."
)
FAITHFUL = (
    "On 12 March mayor Irina Ladova and director Timur Tiloloev opened a bridge of 640 metres in Severogorsk, at 3.4 billion roubles."
)
ARABIC = "قال الوزير سامر الخطيب يوم ١٢ مارس إن مشروع مدينة النخيل كلف ٤٥٠ مليون دولار، وتنفذه شركة الواحة."


def test_names_numbers_and_months_are_found_across_scripts():
    found = kept(RUSSIAN, "ru", FAITHFUL, "en")
    assert (found.numbers, found.names, found.months) == (1.0, 1.0, 1.0)
    assert found.names_survived == 1.0
    found = kept(ARABIC, "ar", "Minister Samer Al-Khatib said on 12 March that it cost 450 million dollars.", "en")
    assert (found.numbers, found.months) == (1.0, 1.0)
    assert found.names >= 0.5
    assert found.names_survived is None, "Arabic has no capitals: its names are not told from other words"


def test_what_the_article_does_not_say_is_seen():
    found = kept(RUSSIAN, "ru", "On 3 May minister Gregor Vandelay closed 77 schools in Brannoc, with 950 pupils.", "en")
    assert (found.numbers, found.names, found.months) == (0.0, 0.0, 0.0)
    assert found.grounded == 0.0


def test_nothing_to_compare_is_no_share():
    found = kept("Rain fell.", "en", "It rained all day.", "en")
    assert (found.grounded, found.numbers, found.names, found.compared) == (None, None, None, 0)


def summary(text, title="Bridge", language="en", **changes):
    values = {
        "article_id": "https://a.example/1", "content_hash": "h", "annotator": "m", "annotator_fingerprint": "f", "title": title,
        "summary": text, "summary_language": language, "translated": True, "cut_characters": 0, "country": "RU", "language": "ru",
        "published_at": None,
    }  # fmt: skip
    return Summary(**{**values, **changes})


def checked(row, action="flag", source=None, **changes):
    source = source or article(article_id=row.article_id, title="Мост", text=RUSSIAN, language="ru", country="RU")
    params = PARAMS.model_copy(update={"action": action, **changes})
    similarity = cosines(RECIPE.embed, SentenceTransformerEncoder(RECIPE.embed)) if params.similarity else None
    spend = Spend(row.article_id, "summarise", "m", 1, 10, 0, 5, 0.1, row.country, row.language)
    made = Annotation(Outcome(1, [row], []), [spend], [True])
    return check(made, {source.article_id: source}, Checker(params, packaged_identifier(), similarity))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("On 3 May minister Gregor Vandelay closed 77 schools in the town of Brannoc, with 950 pupils.", FidelityReject.UNGROUNDED),
        ("Mayor Irina Ladova and Timur Tiloloev opened a bridge in Severogorsk with 12,000 guests, 45 buses and 99 tents.",
         FidelityReject.INVENTED_NUMBERS),
        ("Am Donnerstag eröffneten die Bürgermeisterin Irina Ladova und Timur Tiloloev eine Brücke von 640 Metern in der Stadt Severogorsk.",
         FidelityReject.OTHER_LANGUAGE),
        (FAITHFUL * 3, FidelityReject.LONGER_THAN_ARTICLE),
    ],
)  # fmt: skip
def test_a_summary_below_a_threshold_is_flagged_or_rejected(text, reason):
    flagged = checked(summary(text))
    assert (len(flagged.outcome.kept), [flag.kind for flag in flagged.flags]) == (1, [reason.name])
    assert flagged.fidelity[0].below[0] == reason.name
    rejecting = checked(summary(text), action="reject")
    assert (len(rejecting.outcome.kept), [row.reason for row in rejecting.outcome.rejected]) == (0, [reason.name])
    assert "grounded" in rejecting.outcome.rejected[0].detail
    assert len(rejecting.fidelity) == 1, "the signals of rejected summaries are kept, too"


def test_a_faithful_summary_passes():
    made = checked(summary(FAITHFUL), action="reject")
    assert (len(made.outcome.kept), made.flags, made.fidelity[0].below) == (1, [], ())
    assert made.fidelity[0].similarity is None
    assert made.fidelity[0].similarity_note == "not wanted by the recipe"


@pytest.mark.slow
def test_similarity_only_where_the_encoder_knows_the_language():
    russian = checked(summary(FAITHFUL), similarity=True)
    assert (russian.fidelity[0].similarity, russian.fidelity[0].similarity_note) == (None, "the encoder does not know the language")
    text = "The ferry Alma ran aground near Oslo on Monday. All 300 passengers were taken ashore by boats of the coast guard."
    english = article(article_id="e", title="Ferry aground", text=text, language="en")
    same = summary("The ferry Alma with 300 passengers ran aground near Oslo.", "Ferry aground", article_id="e", language="en")
    other = summary("Alma of Oslo sells 300 kinds of jam.", "Jam", article_id="e", language="en")
    near = checked(same, source=english, similarity=True, min_similarity=0.6)
    far = checked(other, source=english, similarity=True, min_similarity=0.6)
    assert near.fidelity[0].similarity > 0.8
    assert near.flags == []
    assert [flag.kind for flag in far.flags] == ["DISSIMILAR"]


def test_an_annotation_is_parted_by_cell_with_everything():
    made = checked(summary("On 3 May minister Gregor Vandelay closed 77 schools in Brannoc, with 950 pupils."))
    assert len(made.of_cell(*Partition("RU", "ru")).flags) == len(made.of_cell("RU", "ru").fidelity) == 1
    assert made.of_cell("SE", "sv").fidelity == []
