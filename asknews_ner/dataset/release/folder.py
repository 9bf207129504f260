"""A release as a folder: written once under its version, never changed."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from asknews_ner.dataset.release import exports
from asknews_ner.dataset.release.candidate import recipe_text
from asknews_ner.dataset.release.card import dataset_card
from asknews_ner.dataset.release.checksums import CHECKSUMS, checksums, differing
from asknews_ner.dataset.release.croissant import CROISSANT, croissant
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.figures import release_figures
from asknews_ner.dataset.release.gliner_json import SPLITS_FILE, splits_json
from asknews_ner.dataset.release.inputs import SPLITS, ReleaseInputs
from asknews_ner.dataset.release.lineage import span_lineage
from asknews_ner.dataset.release.parquet import write_shards, write_table
from asknews_ner.dataset.release.provenance import Provenance, write_provenance
from asknews_ner.records import ExampleLineage, ReleasedExample, SpanLineage
from asknews_ner.storage.atomic import scratch_folder

FORMAT = "1"
"""Raised when the same inputs would give other files."""

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHOWN = 5


def check_version(version: str) -> None:
    """Raises ReleaseError for a version that cannot be the name of a folder and of a tag."""
    if not _VERSION.fullmatch(version):
        raise ReleaseError(f"{version!r} cannot be a version: use letters, digits, points and dashes, such as 1.0.0 or 2026.11.21")


def write_release(releases: Path, inputs: ReleaseInputs, provenance: Provenance) -> tuple[Path, bool]:
    """(the release's folder, whether it is new). The same inputs again leave the folder as it is, its provenance too.

    Raises ReleaseError if the version is there with other files."""
    check_version(inputs.version)
    place = releases / inputs.version
    with scratch_folder(releases / f".new-{inputs.version}") as new:
        _fill(new, inputs)
        sums = checksums(new)
        (new / CHECKSUMS).write_text(sums, encoding="utf-8")
        if place.exists():
            if other := differing(place, sums):
                raise ReleaseError(
                    f"version {inputs.version} is there already, and {len(other)} of its files differ ({', '.join(other[:_SHOWN])}): a "
                    f"release is never changed; give another --version, or remove {place} if nobody has it"
                )
            return place, False
        write_provenance(new, provenance, inputs.version, hashlib.sha256(sums.encode()).hexdigest())
        os.replace(new, place)
    return place, True


def _fill(folder: Path, inputs: ReleaseInputs) -> None:
    rows = inputs.rows()
    everything = [row for inside in rows.values() for row in inside]
    for split, inside in rows.items():
        write_shards(folder / "data", split, ReleasedExample, inside, inputs.recipe.release.shard_examples)
    write_table(folder / "lineage" / "examples.parquet", ExampleLineage, inputs.lineage)
    write_table(folder / "lineage" / "spans.parquet", SpanLineage, span_lineage(everything, inputs.lineage, inputs.dissent))
    by_split = {split: [row for row in inputs.examples if row.split == split] for split in SPLITS}
    types = sorted({span.label for row in everything for span in row.spans})
    languages = sorted({row.text_language for row in everything})
    texts = {
        SPLITS_FILE: splits_json(by_split),
        "recipe.yaml": recipe_text(inputs.recipe),
        "FINGERPRINT": inputs.fingerprint + "\n",
        "README.md": dataset_card(by_split, inputs.recipe, inputs.input_fingerprint, release_figures(inputs)),
        "label_studio/config.xml": exports.label_studio_config(types),
        **_exported(rows),
        CROISSANT: croissant(folder, inputs.recipe, inputs.version, languages),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _exported(rows: Mapping[str, Sequence[ReleasedExample]]) -> dict[str, str]:
    forms: tuple[tuple[str, str, Callable[[Sequence[ReleasedExample]], str]], ...] = (
        ("conll", "conll", exports.conll),
        ("spacy", "json", exports.spacy_json),
        ("label_studio", "json", exports.label_studio_tasks),
    )
    return {f"{name}/{split}.{ending}": form(inside) for name, ending, form in forms for split, inside in rows.items()}
