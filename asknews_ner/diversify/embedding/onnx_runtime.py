"""The encoder's transformer on ONNX Runtime, trusted only after its vectors were compared with the original's.

Tokenizer, pooling and normalisation stay Sentence Transformers' own. Its `backend="onnx"` cannot be used: it wants optimum-onnx, which
holds transformers below 4.58. Time against PyTorch: benchmarks/onnx_encoder.py."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers.modeling_outputs import BaseModelOutput

from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import RecipeError
from asknews_ner.yaml_text import loaded

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OUTPUT = "last_hidden_state"


def use_onnx_runtime(model: Any, name: str, exports: Path, min_cosine: float) -> None:
    """Replace the transformer of a SentenceTransformer by its export, which is kept in `exports` under a hash of the weights.

    Raises RecipeError if the packages are missing, if the model cannot be exported, or if a probe text's vector has a cosine below
    `min_cosine` to the one that PyTorch gives."""
    texts = probe_texts()
    wanted = model.encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
    transformer = model[0]
    transformer.model = _Exported(_export(transformer, name, exports), transformer.model.config)
    found = model.encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
    cosines = (wanted * found).sum(axis=1)
    worst = int(cosines.argmin())
    if not cosines[worst] >= min_cosine:  # written so that NaN is refused, too
        raise RecipeError(
            f"embed.runtime: {name} on ONNX Runtime is not the same encoder: on the probe text {texts[worst][:60]!r} its vector has a "
            f"cosine of {cosines[worst]:.5f} to PyTorch's, at least {min_cosine} is wanted (embed.onnx_min_cosine); use `runtime: torch`"
        )


def probe_texts() -> list[str]:
    """Texts of all lengths and scripts, the empty one and one beyond every window among them."""
    raw = loaded(resources.files("asknews_ner.diversify.embedding").joinpath("probe_texts.yaml").read_text(encoding="utf-8"))
    return [*raw, "", " ".join(raw * 3)]


class _Exported(torch.nn.Module):
    """Stands where the transformer stood: takes and gives the same tensors."""

    def __init__(self, file: Path, config: Any) -> None:
        import onnxruntime

        super().__init__()
        self.config = config
        self._session = onnxruntime.InferenceSession(str(file), providers=onnxruntime.get_available_providers())
        self._names = [entry.name for entry in self._session.get_inputs()]

    def forward(self, **features: torch.Tensor) -> BaseModelOutput:
        (states,) = self._session.run(None, {name: features[name].cpu().numpy() for name in self._names})
        return BaseModelOutput(last_hidden_state=torch.from_numpy(states).to(features["input_ids"].device))


class _Traced(torch.nn.Module):
    """The transformer with tensors in and one tensor out, as the exporter wants it."""

    def __init__(self, transformer: Any, names: Sequence[str]) -> None:
        super().__init__()
        self._transformer = transformer
        self._names = names

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        return self._transformer(**dict(zip(self._names, tensors, strict=True))).last_hidden_state  # type: ignore[no-any-return]


def _export(transformer: Any, name: str, exports: Path) -> Path:
    """The exported file; made if it is not there, and put in place whole."""
    try:
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise RecipeError(f"embed.runtime is `onnx`, and {error.name} is not installed: pip install 'asknews-ner[onnx]'") from error
    file = exports / f"{fingerprint('onnx', name, _digest(transformer.model), torch.__version__)[:32]}.onnx"
    if file.is_file():
        return file
    example = transformer.preprocess(["A ferry ran aground.", "Shares fell on Monday, and they fell again on Tuesday."])
    names = [key for key in _INPUTS if key in example]
    exports.mkdir(parents=True, exist_ok=True)
    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with tempfile.TemporaryDirectory(dir=exports, prefix=".tmp-") as folder:
        made = Path(folder) / "model.onnx"
        try:
            torch.onnx.export(
                _Traced(transformer.model, names).eval(),
                tuple(example[key] for key in names),
                made,
                input_names=names,
                output_names=[_OUTPUT],
                dynamic_shapes=(tuple(dynamic for _ in names),),
                external_data=False,
                verbose=False,
                dynamo=True,
            )
        except torch.onnx.errors.OnnxExporterError as error:
            raise RecipeError(f"embed.runtime: {name} cannot be exported to ONNX ({error}); use `runtime: torch`") from error
        os.replace(made, file)
    return file


def _digest(model: torch.nn.Module) -> str:
    """SHA-256 over all weights: a folder's model may change under the same name."""
    digest = hashlib.sha256()
    for key, value in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(np.ascontiguousarray(value.float().cpu().numpy()).tobytes())
    return digest.hexdigest()
