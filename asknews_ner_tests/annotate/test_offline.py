import json

import pytest

from asknews_ner.annotate.annotator import AnnotatorError, Request
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.annotate.offline.figures import figures
from asknews_ner.annotate.offline.lexicon import lexicon
from asknews_ner.annotate.offline.rules import entities
from asknews_ner.annotate.offline.summarise import sentences, summarise
from asknews_ner.annotate.offline.tokens import tokens_of
from asknews_ner.annotate.offline.topic_names import topic_name
from asknews_ner.recipe import LANGUAGES, load_recipe

RECIPE = load_recipe("laptop")
ANNOTATOR = OfflineAnnotator(RECIPE.annotate.offline, RECIPE.topics.name_words)


def found(text, language):
    return {(mention.text, mention.label) for mention in entities(text, language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lexicon_is_whole(language):
    words = lexicon(language)
    assert len(words.titles) > 50
    assert len(words.function_words) > 100
    assert len(words.demonyms) > 100
    assert words.units and words.currency_words and words.percent_words


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "Finance minister Josevata Ralumere told reporters in Nairobi on Monday that prices rose 4.5 per cent to $12 million.",
         {("Josevata Ralumere", "person"), ("Nairobi", "location"), ("Monday", "date"), ("4.5 per cent", "percentage"), ("$12 million", "money")}),
        ("de", "Der Minister Josef Tannhofer sagte am 12. Mai 2026 in Berlin, die Strecke sei 62 Kilometer lang.",
         {("Josef Tannhofer", "person"), ("12. Mai 2026", "date"), ("Berlin", "location"), ("62 Kilometer", "quantity")}),
        ("es", "El presidente Ignacio Larrondo anunció el 3 de marzo de 2026 en Madrid una ayuda de 20 millones de euros.",
         {("Ignacio Larrondo", "person"), ("3 de marzo de 2026", "date"), ("Madrid", "location"), ("20 millones de euros", "money")}),
        ("fr", "La ministre Camille Thirion a déclaré à Paris que 38 % des écoles fermeraient lundi.",
         {("Camille Thirion", "person"), ("Paris", "location"), ("38 %", "percentage"), ("lundi", "date")}),
        ("ru", "Министр Азамат Ормантаев заявил в Москве, что цены выросли на 7 процентов в марте 2026 года.",
         {("7 процентов", "percentage")}),
        ("ar", "قال الوزير محمد العلي إن الأسعار ارتفعت بنسبة 7 في المئة في مصر يوم الاثنين.",
         {("مصر", "location"), ("الاثنين", "date")}),
        ("sv", "Statsminister Ebba Lagerstrand sade i Stockholm att 120 kilometer järnväg byggs för 3 miljarder kronor.",
         {("Ebba Lagerstrand", "person"), ("Stockholm", "location"), ("120 kilometer", "quantity"), ("3 miljarder kronor", "money")}),
    ],
)  # fmt: skip
def test_plain_entities(language, text, wanted):
    assert wanted <= found(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entity_stands_in_the_text(sample_ws, language):
    from asknews_ner.records import Summary

    rows = [row for row in sample_ws.tables.read_all("summaries", Summary) if row.summary_language == language]
    assert len(rows) >= 10
    mentions = [(row, mention) for row in rows for mention in entities(row.summary, language)]
    assert len(mentions) >= 2 * len(rows)
    assert all(mention.text in row.summary for row, mention in mentions)
    assert {"person", "location", "number"} <= {mention.label for _, mention in mentions}


def test_a_year_alone_is_a_date_and_a_plain_number_is_not():
    assert figures("In 2024 they sold 2024 cars.", "en")[0] == (3, 7, "date")
    assert [label for _, _, label in figures("1,240 people", "en")] == ["number"]
    assert figures("no figures here", "en") == []


def test_capitals_at_a_sentence_start_are_no_name():
    assert found("Yesterday was quiet. Nobody came.", "en") == {("Yesterday", "date")}
    assert found("Die Regierung und das Parlament berieten.", "de") == set()


def test_tokens_keep_their_places():
    text = "Ms. O’Neill-Berg paid €3.50, “really”.\nThen left."
    tokens = tokens_of(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert [token.text for token in tokens if token.starts][-1] == "Then"


def test_sentences_of_news():
    text = "Dr. Ada Kemp said: “We won.” The U.S. team cheered. It cost 3.5 million!\nNew line"
    assert sentences("Am 12. Mai kam er. Dann ging er.") == ["Am 12. Mai kam er.", "Dann ging er."]
    assert sentences(text) == ["Dr. Ada Kemp said: “We won.”", "The U.S. team cheered.", "It cost 3.5 million!", "New line"]


def test_a_summary_is_sentences_of_the_text_in_order_beginning_with_the_lead():
    text = " ".join(f"Sentence number {n} tells of the harbour and the storm {n}00." for n in range(9))
    summary = summarise(text, 3)
    chosen = sentences(summary)
    assert len(chosen) == 3
    assert chosen[0] == "Sentence number 0 tells of the harbour and the storm 000."
    assert [text.index(sentence) for sentence in chosen] == sorted(text.index(sentence) for sentence in chosen)
    assert summarise("Just one short sentence here.", 3) == "Just one short sentence here."
    assert summarise("a b. c d. e f. g h. i j.", 2)


def test_topic_names_are_the_telling_words():
    titles = [("en", "Ferry aground near Nukuvara"), ("es", "El ferri encallado en Nukuvara"), ("de", "Fähre vor Nukuvara auf Grund")]
    assert topic_name(titles, 2).startswith("Nukuvara")


def test_replies_are_json_in_the_source_language_and_generation_is_refused():
    replies = []
    request = Request(
        0, {"title": "T", "text": "Ein Satz steht hier allein.", "language": "de"}, ANNOTATOR.first_decoding("summarise"), "k"
    )
    ANNOTATOR.answer("summarise", [request], lambda _, reply: replies.append(reply))
    (reply,) = replies
    assert json.loads(reply.text) == {"title": "T", "summary": "Ein Satz steht hier allein.", "language": "de", "translated": False}
    with pytest.raises(AnnotatorError, match="ASKNEWS_NER_LLM_URL"):
        ANNOTATOR.answer("generate", [request], lambda *_: None)


def test_fingerprints_differ_by_task_and_parameters():
    other = OfflineAnnotator(RECIPE.annotate.offline.model_copy(update={"summary_sentences": 9}), 4)
    prints = {ANNOTATOR.fingerprint("summarise"), ANNOTATOR.fingerprint("label"), other.fingerprint("summarise")}
    assert len(prints) == 3
