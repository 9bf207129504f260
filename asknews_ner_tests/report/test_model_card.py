"""The model card: front matter that the hub reads, figures of the run, and what must not be hidden."""

import yaml

from asknews_ner.evaluate.tables.gate import forgetting
from asknews_ner.recipe import load_recipe
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.report.model_card import ModelCardData, model_card
from asknews_ner.report.score_plot import score_png
from asknews_ner.train.curve import Curve, CurvePoint
from asknews_ner_tests.evaluate.made_scores import scored, together

PAPER, LAPTOP = load_recipe("asknews_ner_v0"), load_recipe("laptop")
SCORES = together(scored(0.5, 0.55), scored(0.3, 0.5, "test split"))


def example(split: str, annotator: str = "llama") -> DatasetExample:
    return DatasetExample(
        "a", split, ("Ada", "left"), (NerSpan(0, 0, "person"),), "", "", "w", annotator, annotator, "en", "GB", "en", None, "", ""
    )


def data(**changes):
    values = {
        "recipe": PAPER,
        "size": "small",
        "base": PAPER.base_model("small"),
        "stamp": "stamp of the model",
        "dataset_digest": "digest of the splits",
        "examples": {"train": [example("train")], "validation": [], "test": [example("test")]},
        "curve": Curve([CurvePoint(5, epoch=1.0, loss=2.0), CurvePoint(10, epoch=2.0, eval_loss=1.5)]),
        "scores": SCORES,
        "gate": forgetting(SCORES, PAPER.evaluate.gate),
        "run": [("device", "CPU, one"), ("seconds", "12.5")],
    }
    return ModelCardData(**{**values, **changes})


def test_the_front_matter_is_what_the_hub_reads():
    _, header, _ = model_card(data()).split("---\n", 2)
    values = yaml.safe_load(header)
    assert values["library_name"] == "gliner"
    assert values["base_model"] == "urchade/gliner_small-v2.1"
    assert values["language"] == ["en"]
    assert values["license"] == "apache-2.0"
    (index,) = values["model-index"]
    assert {result["dataset"]["name"]: result["metrics"][0]["value"] for result in index["results"]} == {
        "crossner_ai": 0.55,
        "test split": 0.5,
    }


def test_the_hub_s_own_reader_takes_it():
    from huggingface_hub import ModelCard

    card = ModelCard(model_card(data()))
    assert card.data.library_name == "gliner"
    assert {result.metric_value for result in card.data.eval_results if result.metric_type == "f1"} == {0.55, 0.5}


def test_the_card_tells_what_was_measured():
    text = model_card(data())
    for words in (
        "| train | 1 | 1 | 1 | 1 |",
        "| epochs | 25 |",
        "| 10 | 2.00 | 2.000 | 1.500 | yes |",
        "| CrossNER_AI | 50 | 1,000 | 50.0 (48.0–52.0) | 55.0 (53.0–57.0) | +5.0 | +3.0 to +7.0 |",
        "24 of the 25 sets of the paper's tables were not at hand",
        "exempt: the dataset's own test split",
        "| device | CPU, one |",
        "stamp of the model",
        "digest of the splits",
    ):
        assert words in text, words
    assert "Made without a language model" not in text
    assert "{{" not in text and "{%" not in text
    assert model_card(data()) == text


def test_weak_labels_and_a_small_base_are_not_hidden():
    offline = {"train": [example("train", "offline annotator 1")], "validation": [], "test": []}
    text = model_card(data(recipe=LAPTOP, size="laptop", base=LAPTOP.base_model("laptop"), examples=offline, run=[]))
    assert "Made without a language model" in text and "`offline annotator 1`" in text
    assert "trained on 12,000 sentences made from templates" in text
    assert "base_model: sentence-transformers/all-MiniLM-L6-v2" in text
    assert "Hardware and times of the training were not recorded." in text


def test_scores_are_a_picture():
    from asknews_ner.evaluate.tables.lay_out import lay_out

    tables = lay_out(SCORES)
    assert score_png(tables, "t").startswith(b"\x89PNG")
    assert score_png(tables, "t") == score_png(tables, "t") != score_png(lay_out(scored(0.5, 0.9)), "t")
    assert score_png([], "nothing").startswith(b"\x89PNG")
