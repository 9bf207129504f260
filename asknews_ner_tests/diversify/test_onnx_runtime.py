import numpy as np
import pytest
import torch

from asknews_ner.diversify.embedding import onnx_runtime
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder, packaged_minilm
from asknews_ner.diversify.embedding.onnx_runtime import probe_texts, use_onnx_runtime
from asknews_ner.recipe import RecipeError, load_recipe

PARAMS = load_recipe("laptop").embed
ON_ONNX = PARAMS.model_copy(update={"runtime": "onnx"})
TEXTS = ["Ferry aground near Nukuvara.", "Fähre auf Grund", "", "word " * 600, "🛳️ 187"]


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    return tmp_path_factory.mktemp("onnx")


@pytest.mark.slow
def test_the_export_gives_the_same_vectors_and_is_made_once(exports):
    wanted, truncated = SentenceTransformerEncoder(PARAMS).encode(TEXTS)
    encoder = SentenceTransformerEncoder(ON_ONNX, exports)
    found, also_truncated = encoder.encode(TEXTS)
    assert found.dtype == np.float32
    assert (wanted * found).sum(axis=1).min() > 0.9999
    assert also_truncated == truncated == [False, False, False, True, False]
    assert encoder.dimensions == 384
    (file,) = exports.iterdir()
    written = file.stat().st_mtime_ns
    SentenceTransformerEncoder(ON_ONNX.model_copy(update={"onnx_min_cosine": 0.99}), exports).encode(TEXTS[:1])
    assert [entry.stat().st_mtime_ns for entry in exports.iterdir()] == [written]


@pytest.mark.slow
def test_an_export_that_gives_other_vectors_is_refused(exports, monkeypatch):
    from sentence_transformers import SentenceTransformer

    model, other = SentenceTransformer(str(packaged_minilm())), SentenceTransformer(str(packaged_minilm()))
    with torch.no_grad():
        for weight in other[0].model.encoder.layer[2].parameters():
            weight.add_(0.02)
    wrong = onnx_runtime._export(other[0], "other", exports)
    monkeypatch.setattr(onnx_runtime, "_export", lambda *_: wrong)
    with pytest.raises(RecipeError, match=r"not the same encoder: on the probe text .* at least 0.999 is wanted.*runtime: torch"):
        use_onnx_runtime(model, "minilm", exports, 0.999)


def test_probe_texts_reach_from_nothing_to_beyond_the_window():
    texts = probe_texts()
    assert "" in texts
    assert max(map(len, texts)) > 512 * 6
    assert len(set(texts)) == len(texts) >= 15


def test_without_a_folder_for_the_export_it_is_one_clear_message():
    with pytest.raises(RecipeError, match="no folder for the exported encoder"):
        SentenceTransformerEncoder(ON_ONNX).encode(["x"])
