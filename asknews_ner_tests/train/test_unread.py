import pytest

from asknews_ner.train.loop.faults import TrainingError
from asknews_ner.train.unread import Unread, count_unread, must_be_read
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow


def test_what_the_model_never_sees_is_counted(tiny_backbone):
    """The model looks at spans of up to 4 words, reads 64 words, and is shown 2 types."""
    model = tiny.model(tiny_backbone, max_types=2)
    rows = [
        {"tokenized_text": ["w"] * 10, "ner": [[0, 3, "a"], [4, 8, "a"], [9, 9, "b"]]},  # one of five words
        {"tokenized_text": ["w"] * 70, "ner": [[60, 63, "a"], [64, 64, "b"]]},  # one behind the 64th word
        {"tokenized_text": ["w"] * 3, "ner": [[0, 0, "a"], [1, 1, "b"], [2, 2, "c"]]},  # one of three types has no place
    ]
    assert count_unread(model, rows) == Unread(
        texts=3, texts_cut=1, spans=8, spans_unread=2, spans_not_shown=1, unknown_word_share=0.0
    )  # fmt: skip


def test_too_many_of_them_are_an_error(tiny_base, tmp_path):
    from asknews_ner.train.run import run_job

    must_be_read(Unread(3, 1, 100, 4, 1, 0.0), 0.05)
    with pytest.raises(TrainingError, match=r"6.0% of the training spans, at most 5.0% .*\(5 of 100 too wide"):
        must_be_read(Unread(3, 1, 100, 5, 1, 0.0), 0.05)
    dataset = tiny.write_dataset(tmp_path / "dataset", 4, 2)
    with pytest.raises(TrainingError, match="the model would never see"):
        run_job(tiny.tune_job(tmp_path / "tuned", tiny_base, dataset, max_length=1), lambda numbers: None)
    assert not (tmp_path / "tuned").exists()
