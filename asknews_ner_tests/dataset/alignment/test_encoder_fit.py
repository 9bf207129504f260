"""What the packaged MiniLM reads of texts in four languages, and when training is refused."""

import dagster as dg
import pytest
from transformers import AutoTokenizer

from asknews_ner.dataset.alignment.align import align
from asknews_ner.dataset.alignment.encoder_fit import ALL, ModelLimits, encoder_fit, faults, prompt_tokens
from asknews_ner.dataset.examples import make_examples
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.definitions import ASSETS, CHECKS
from asknews_ner.diversify.embedding.encoders import packaged_minilm
from asknews_ner.factory import pipeline
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings, sample_folder
from asknews_ner.recipe import EncoderFitParams, load_recipe
from asknews_ner.records import EncoderFit, EntityLabels, EntityMention, NerExample, Summary
from asknews_ner.train.gliner.subwords import encoder_subwords

RECIPE = load_recipe("laptop")
LIMITS = ModelLimits(types=25, words=384, width=12)
TIGHT = EncoderFitParams(max_lost_share=0.0, max_unknown_share=0.0)


@pytest.fixture(scope="module")
def minilm():
    return encoder_subwords(RECIPE.base_model("laptop"))


def fitted(minilm, texts, limits=LIMITS, **changes):
    """Rows by language for (language, text, entities)."""
    params = RECIPE.dataset.model_copy(update={"min_words": 1, **changes})
    labels = [
        EntityLabels(str(n), "h", "m", "f", text, language, tuple(EntityMention(name, "person") for name in names), "GB", "en")
        for n, (language, text, names) in enumerate(texts)
    ]
    summaries = {
        row.article_id: Summary(row.article_id, "h", "m", "f", "T", row.text, row.text_language, True, 0, "GB", "en", None)
        for row in labels
    }
    made = make_examples(labels, {}, summaries, load_ontology(RECIPE.dataset.ontology), params, 0.5)
    rows = encoder_fit(made.outcome.kept, labels, made.lost, made.outcome.rejected, minilm, limits)
    return {row.language: row for row in rows}


def test_tokens_and_unknown_words_are_counted_by_language(minilm):
    rows = fitted(minilm, [("en", "Kemp met Oduya.", ["Kemp"]), ("am", "አዲስ አበባ", []), ("ru", "Москва сегодня", [])])
    whole = len(AutoTokenizer.from_pretrained(str(packaged_minilm())).tokenize("Kemp met Oduya."))
    assert (rows["en"].words, rows["en"].tokens_per_word, rows["en"].unknown_share) == (4, whole / 4, 0)
    assert rows["am"].unknown_share == 1.0
    assert rows["ru"].tokens_per_word > 3 and rows["ru"].unknown_share == 0
    assert rows[ALL].texts == 3 and rows[ALL].words == 8 and rows[ALL].spans == 1
    assert [fault.split(":")[0] for fault in faults(list(rows.values()), TIGHT)] == [ALL, "am"]
    assert not faults([rows["en"]], TIGHT)


def test_every_way_to_lose_an_entity_is_counted(minilm):
    wide = " ".join(["Kemp"] * 13)
    texts = [
        ("en", f"{wide} said Oslo", [wide, "Oslo"]),  # one too wide, one kept
        ("en", "word " * 30 + "Lima Rome", ["Lima", "Rome"]),  # too long a text: both lost
        ("en", "a b c d e f g h i j k l m n o p q r Paris", ["Paris"]),  # kept, but the model is given 18 words
        ("en", "A B C D", ["A B C D"]),  # kept, but the model looks at three words
    ]
    row = fitted(minilm, texts, ModelLimits(types=25, words=18, width=3), max_words=25)["en"]
    assert (row.texts, row.spans, row.spans_too_wide, row.spans_in_long_texts, row.spans_unread) == (3, 3, 1, 2, 2)
    assert (row.texts_too_long, row.texts_cut) == (1, 1)
    assert row.lost_share == round(5 / 6, 4)
    (fault,) = faults([row], EncoderFitParams(max_lost_share=0.5, max_unknown_share=1.0))
    assert "83.3%" in fault and "1 too wide, 2 in too long texts, 2 not read" in fault


def test_the_types_take_room_from_the_text(minilm):
    assert prompt_tokens(["person", "location"], 25, minilm) == 2 * 2 + 3
    assert prompt_tokens(["person", "location", "political party"], 1, minilm) == 3 + 3
    long = "नमस्ते " * 140 + "Kemp"  # each word is spelt letter by letter
    row = fitted(minilm, [("hi", long, ["Kemp"])])["hi"]
    assert row.room == 512 - prompt_tokens(["person"], 25, minilm)
    assert row.longest_text > row.room
    assert (row.texts_cut, row.spans_unread, row.lost_share) == (1, 1, 1.0)


def test_the_finished_model_splits_a_sentence_into_the_words_it_was_trained_on(minilm):
    from gliner.data_processing.tokenizer import WordsSplitter

    text = "Kemp’s 3.5 bn U.S.-backed plan for São Paulo, l'Italia: “won't do”."
    aligned = align(text, [], load_ontology(RECIPE.dataset.ontology), RECIPE.dataset)
    assert [tuple(word) for word in aligned.words] == list(WordsSplitter("whitespace")(text))


def test_the_sample_fits_and_a_recipe_that_forbids_it_blocks_training(sample_ws):
    pipeline.ENCODER_FIT.refresh(sample_ws, None)
    rows = sample_ws.tables.read("encoder_fit", EncoderFit)
    examples = sample_ws.tables.read_all("ner_examples", NerExample)
    assert rows[0].texts == len(examples)
    assert rows[0].spans == sum(len(example.spans) for example in examples)
    assert {row.language for row in rows[1:]} == {example.text_language for example in examples}
    assert not faults(rows, sample_ws.recipe.encoder_fit)
    assert pipeline.ENCODER_FIT.refresh(sample_ws, None).computed == 0


def test_the_check_stops_the_run_before_training(sample_ws, tmp_path):
    import shutil

    import yaml

    shutil.copytree(sample_ws.root, tmp_path / "laptop")
    narrow = RECIPE.base_model("laptop").model_copy(update={"max_width": 1})
    strict = RECIPE.model_copy(update={"base_models": {"laptop": narrow}, "encoder_fit": TIGHT})
    (tmp_path / "strict.yaml").write_text(yaml.safe_dump(strict.model_dump(mode="json"), sort_keys=False, allow_unicode=True))
    settings = Settings(str(tmp_path / "laptop"), str(sample_folder()), str(tmp_path / "strict.yaml"), "", "", {}, "", "", "")
    result = dg.materialize(
        [*ASSETS, *CHECKS],
        selection=dg.AssetSelection.assets("encoder_fit", "gliner_model"),
        resources=build_resources(settings),
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
        partition_key="laptop",
    )
    assert not result.success
    evaluation = {one.check_name: one for one in result.get_asset_check_evaluations()}["encoder_reads_the_dataset"]
    assert not evaluation.passed and "with minilm" in evaluation.description
    assert not result.asset_materializations_for_node("gliner_model")
    assert not (tmp_path / "laptop" / "models").exists()
