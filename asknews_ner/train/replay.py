"""Texts of another source among the training texts, so that the model does not forget what it could do."""

import gzip
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

from asknews_ner.fingerprints import stable_seed
from asknews_ner.recipe import ReplayParams
from asknews_ner.train.loop.faults import TrainingError
from asknews_ner.train.own_data.templates import sentences, with_shown_types
from asknews_ner.train.rows import GlinerRow

OWN_SENTENCES = "own-sentences"
_NON_COMMERCIAL = re.compile(r"\bnc\b|non-?\s?commercial|pile-?\s?ner", re.IGNORECASE)
_LICENCE_FILES = ("LICENCE*", "LICENSE*", "licence*", "license*")


def with_replay(rows: Sequence[GlinerRow], params: ReplayParams, seed: int) -> tuple[list[GlinerRow], int]:
    """(training rows and replayed ones, number of the latter), shuffled together by the batches later.

    Replayed rows are shown types of their own source only: a type of the dataset may stand in them unmarked, and must not be learnt as
    absent. Raises TrainingError where the source has too few rows or no permissive licence."""
    count = round(len(rows) * params.share / (1 - params.share)) if params.source else 0
    if count == 0 or params.source is None:
        return list(rows), 0
    if params.source == OWN_SENTENCES:
        found = sentences(count, seed + 2, held_out=False)
    else:
        found = _drawn(_read(Path(params.source), params.licence or ""), count, params.source, seed)
    return [*rows, *with_shown_types(found, seed)], count


def must_be_permissive(folder: Path, licence: str) -> None:
    """Raises TrainingError where a folder's licence is not the one that was named, or where it forbids commercial use."""
    notes = sorted({path for pattern in _LICENCE_FILES for path in folder.glob(pattern)})
    if not notes:
        raise TrainingError(f"{folder}: no LICENCE or LICENSE file; rows are replayed only under a licence that can be read there")
    text = "\n".join(note.read_text(encoding="utf-8") for note in notes)
    forbidden = _NON_COMMERCIAL.search(f"{folder.name}\n{licence}\n{text}")
    if forbidden:
        raise TrainingError(
            f"{folder}: not replayed, it is not permissively licensed ({forbidden.group(0)!r} in its name or licence; Pile-NER is BY-NC); "
            "give another tune.replay.source"
        )
    if licence.casefold() not in text.casefold():
        raise TrainingError(f"{folder}: {notes[0].name} does not name the licence {licence!r} that tune.replay.licence states")


def _drawn(found: Sequence[GlinerRow], count: int, source: str, seed: int) -> list[GlinerRow]:
    if len(found) < count:
        raise TrainingError(f"{source}: {len(found)} rows, {count} are needed for tune.replay.share; lower it, or give more rows")
    return random.Random(stable_seed("replay", seed)).sample(list(found), count)


def _read(folder: Path, licence: str) -> list[GlinerRow]:
    must_be_permissive(folder, licence)
    files = [path for path in (folder / "train.jsonl.gz", folder / "train.jsonl") if path.is_file()]
    if not files:
        raise TrainingError(f"{folder}: no train.jsonl.gz or train.jsonl here")
    opener = gzip.open if files[0].suffix == ".gz" else open
    rows: list[GlinerRow] = []
    with opener(files[0], "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
                rows.append({"tokenized_text": list(row["tokenized_text"]), "ner": [[int(s), int(e), str(t)] for s, e, t in row["ner"]]})
            except (KeyError, TypeError, ValueError) as error:
                raise TrainingError(f"{files[0]}:{number}: not a row in GLiNER form ({error})") from error
    return rows
