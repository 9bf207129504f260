"""The study's own scores out of its CSV files."""

import pytest

from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.low_resource.study.released import ReleasedScoresError, released_points, released_wikiann

HEADER = "lang,raw_data_source,size,f1,data_source,data_type\n"
ROWS = (
    "da,pre_training,0,0.84,,Synthetic\n"
    "da,datasets/universal_ner/da_ddt,100,0.81,Universal NER,Organic\n"
    "da,datasets/gpt-4_generations/da-gpt-4.1-2025-04-14,100,0.74,GPT-4.1,Synthetic\n"
    "da,datasets/gpt-4,0,0.79,GPT-4.1,Synthetic\n"
    "da,datasets/universal,0,0.79,Universal NER,Synthetic\n"
)


def test_rows_become_points_and_the_zero_shot_score_is_one(tmp_path):
    for name in ("finetuning", "fromscratch"):
        (tmp_path / f"{name}_synth_eval.csv").write_text(HEADER + ROWS)
    found = released_points(tmp_path)
    assert [(one.regime, one.source, one.size, one.f1) for one in found] == [
        ("related", "gpt-4.1", 100, 0.74),
        ("related", "human", 100, 0.81),
        ("related", "none", 0, 0.79),
        ("scratch", "gpt-4.1", 100, 0.74),
        ("scratch", "human", 100, 0.81),
    ]


def test_other_files_are_named(tmp_path):
    with pytest.raises(ReleasedScoresError, match=r"finetuning_synth_eval\.csv: cannot be read"):
        released_points(tmp_path)
    (tmp_path / "finetuning_synth_eval.csv").write_text("lang,f1\n")
    with pytest.raises(ReleasedScoresError, match="no column data_source"):
        released_points(tmp_path)
    (tmp_path / "finetuning_synth_eval.csv").write_text(HEADER + "da,x,100,0.5,Bard,Synthetic\n")
    with pytest.raises(ReleasedScoresError, match="unknown source 'Bard'"):
        released_points(tmp_path)


def test_the_release_holds_what_the_paper_tells(shared):
    found = released_points(shared / "data" / "lowres_study" / "results")
    by_key = {(one.language, one.regime, one.source, one.size): one.f1 for one in found}
    assert len(by_key) == len(found)
    assert {one.language for one in found} == {"kn", "ta", "te", "ml", "kin", "swa", "ibo", "yor", "da", "sv", "sk"}
    assert by_key["da", "related", "none", 0] == pytest.approx(0.797, abs=5e-4)
    assert by_key["yor", "scratch", "gpt-4.1", 4187] == pytest.approx(0.367, abs=5e-4)
    assert by_key["sk", "scratch", "human", 5000] == pytest.approx(0.768, abs=5e-4)
    wikiann = released_wikiann(shared / "data" / "lowres_study" / "results")
    assert CurvePoint("kin", "scratch", "wikiann", -1, 1, 0.001542, None, None, None) in wikiann
