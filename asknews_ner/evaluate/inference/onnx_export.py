"""A GLiNER for ONNX Runtime: kept only if it finds the same entities, with the same scores, as PyTorch. Time: benchmarks/gliner_onnx.py."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.merge import Candidate, choose
from asknews_ner.evaluate.inference.scorer import GlinerScorer
from asknews_ner.evaluate.inference.windows import Room, windows
from asknews_ner.storage.atomic import replace_folder, scratch_folder
from asknews_ner.train.gliner.model import without_machine_path

MODEL_FILE = "model.onnx"
_PARITY_FILE = "parity.json"
# Few types in one batch, many types one text at a time: an export may hold the sizes that it was traced with.
_PROBES = (
    (("person", "organization", "location"), 8),
    (("person", "organization", "location", "date", "money", "quantity", "event", "facility", "title"), 1),
)


@dataclass(frozen=True, slots=True)
class Parity:
    """What was compared: probe texts, scored spans over all of them, the largest difference of a score."""

    texts: int
    candidates: int
    difference: float

    def as_text(self) -> str:
        """One line."""
        return f"{self.texts} probe texts, {self.candidates} scored spans, largest difference of a score to PyTorch's {self.difference:.1e}"


def export(model: Any, out: Path, threshold: float, tolerance: float) -> Parity:
    """Write `model.onnx` (float32), configuration, tokenizer and the figures of the comparison into the folder `out`, as a whole.

    Raises InferenceError, and leaves `out` as it was, if packages are missing, if the model cannot be exported, or if any span's score
    in the probe texts differs by more than `tolerance`, or any entity at `threshold` differs at all."""
    _require("onnx", "onnxruntime")
    with scratch_folder(out.with_name(f".exporting-{out.name}")) as scratch:
        try:
            model.export_to_onnx(str(scratch), onnx_filename=MODEL_FILE)
        except RuntimeError as error:  # a NotImplementedError is one, too
            raise InferenceError(f"this model cannot be exported to ONNX ({error}); use PyTorch") from error
        without_machine_path(scratch)
        parity = compare(model, load_exported(scratch), threshold, tolerance)
        (scratch / _PARITY_FILE).write_text(json.dumps(asdict(parity)) + "\n", encoding="utf-8")
        replace_folder(out, lambda folder: _move_all(scratch, folder))
    return parity


def load_exported(folder: Path) -> Any:
    """A GLiNER on ONNX Runtime, out of a folder that `export` wrote, with as many threads as PyTorch has. Raises InferenceError."""
    import torch
    from gliner import GLiNER

    if not (folder / MODEL_FILE).is_file():
        raise InferenceError(f"{folder}: no {MODEL_FILE} here; write it with `asknews-ner export-onnx {folder} --model MODEL`")
    _require("onnxruntime")
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return GLiNER.from_pretrained(
        str(folder), local_files_only=True, runtime="onnxruntime", runtime_model_file=MODEL_FILE, session_options=options
    )


def compare(model: Any, exported: Any, threshold: float, tolerance: float) -> Parity:
    """All scores of the probe texts by both. Raises InferenceError naming the worst text where they differ."""
    from asknews_ner.diversify.embedding.onnx_runtime import probe_texts

    texts = [text for text in probe_texts() if text.strip()]
    rows = [[word.surface for word in split_words(text)] for text in texts]
    worst, compared = 0.0, 0
    for types, batch_size in _PROBES:
        one, other = (GlinerScorer(which, batch_size, threshold) for which in (model, exported))
        shown = [_first_window(row, one, types) for row in rows]
        ours = one.candidates(shown, types, 0.0, _no_progress)
        theirs = other.candidates(shown, types, 0.0, _no_progress)
        for text, wanted, found in zip(texts, ours, theirs, strict=True):
            difference = _difference(wanted, found)
            same = _entities(wanted, threshold) == _entities(found, threshold)
            if not (difference <= tolerance and same):  # written so that NaN is refused, too
                raise InferenceError(
                    f"the exported model is not the same model: on the probe text {text[:60]!r} with {len(types)} types scores differ by "
                    f"up to {difference:.1e} (at most {tolerance:.1e} is allowed){'' if same else ', and so do its entities'}; use PyTorch"
                )
            worst, compared = max(worst, difference), compared + len(wanted)
    return Parity(len(texts), compared, worst)


def _difference(wanted: Sequence[Candidate], found: Sequence[Candidate]) -> float:
    """Largest difference of a span's score; infinite where one has spans that the other has not."""
    ours = {(one.start, one.end, one.label): one.score for one in wanted}
    theirs = {(one.start, one.end, one.label): one.score for one in found}
    if ours.keys() != theirs.keys():
        return float("inf")
    return max((abs(score - theirs[place]) for place, score in ours.items()), default=0.0)


def _entities(candidates: Sequence[Candidate], threshold: float) -> list[tuple[int, int, str]]:
    chosen = choose([one for one in candidates if one.score > threshold], nested=False)
    return [(one.start, one.end, one.label) for one in chosen]


def _first_window(words: list[str], scorer: GlinerScorer, types: Sequence[str]) -> list[str]:
    """As many words as the model reads at once: behind them nothing could differ."""
    room = Room(scorer.most_words, scorer.room(types), scorer.widest)
    return words[: windows(scorer.pieces(words), [], room)[0].end]


def _move_all(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        shutil.move(path, target / path.name)


def _require(*names: str) -> None:
    from importlib.util import find_spec

    for name in names:
        if find_spec(name) is None:
            raise InferenceError(f"{name} is not installed: pip install 'asknews-ner[onnx]'")


def _no_progress(rows: int, tokens: int = 0, /) -> None:
    """Comparing takes seconds."""
