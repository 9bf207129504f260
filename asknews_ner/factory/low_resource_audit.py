"""The label-error audit of a language's generated sentences: signs that need no reader, a sheet for people, and what they said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.dataset.review.files import ReviewFile, ReviewFileError, list_review_files, read_review_file
from asknews_ner.dataset.review.verdicts import unreadable
from asknews_ner.factory.low_resource_stage import seed_sentences, table_of
from asknews_ner.factory.study_data import language_in
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.audit import LabelErrors, label_errors, sample_of
from asknews_ner.low_resource.audit_sheet import read_sheet, sheet
from asknews_ner.low_resource.lexicon import country_lexicon, human_lexicon
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.signals import HUMAN, KnownSurfaces, LabelSignal, signals_of, surfaces_of
from asknews_ner.records import Rejected
from asknews_ner.storage.atomic import file_digest, write_text
from asknews_ner.storage.tables import reject_table

NAME = "generation_audit"
_PLACE_TYPE = "LOC"
_TASKS, _CONFIG = "tasks.json", "labelling_config.xml"


@dataclass(frozen=True, slots=True)
class Audited:
    """Where the sheet lies, where Label Studio's exports belong, and what stands in the tables now."""

    sheet: Path
    verdicts: Path
    errors: LabelErrors
    signals: Sequence[LabelSignal]
    surfaces: Sequence[KnownSurfaces]
    known: int
    rejected: Sequence[Rejected]


def errors_table(language: str) -> str:
    """One row: label errors by people's verdicts."""
    return f"{NAME}/{language}"


def signals_table(language: str) -> str:
    """Signs of label errors, of the model and of the human data."""
    return f"generation_signals/{language}"


def surfaces_table(language: str) -> str:
    """Known type by marked type, of the model and of the human data."""
    return f"generation_surfaces/{language}"


def refresh_audit(ws: Workspace, folder: Path, language: str) -> Audited:
    """Write the sheet, read the verdicts that there are, and look for signs. Takes seconds, so it is always done anew.

    Exports of Label Studio (JSON) are read from `low_resource/<language>` in the folder of verdicts. Raises ReviewFileError where nothing
    was generated yet, HumanDataError as the generation does."""
    target, params = language_in(ws, language), ws.recipe.low_resource.audit
    rows = ws.tables.read(table_of(language), GeneratedSentence)
    if not rows:
        raise ReviewFileError(
            f"there are no usable sentences in {target.name} to audit; materialise generated_sentences for {language} first"
        )
    human, others = seed_sentences(ws, folder, target)
    lexicon = {**country_lexicon(target.identifier_code, _PLACE_TYPE), **human_lexicon([*human, *others], params)}
    source = rows[0].annotator
    sources = ((HUMAN, human), (source, rows))
    signals = [signal for name, own in sources for signal in signals_of(language, name, own, lexicon)]
    surfaces = [row for name, own in sources for row in surfaces_of(language, name, own, lexicon)]
    sample = sample_of(rows, params.sentences, params.seed)
    place, verdicts = ws.review / "low_resource" / language, ws.verdict_files / "low_resource" / language
    found, config = sheet(target, sample)
    write_text(place / _CONFIG, config)
    write_text(place / _TASKS, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    paths = list_review_files(verdicts)
    read, settled = read_sheet(target, sample, [_file(path) for path in paths], ws.recipe.dataset, ws.recipe.review)
    errors = label_errors(language, source, len(rows), sample, settled, params.confidence)
    stamp = fingerprint(NAME, ws.tables.fingerprint(table_of(language)), params, [(path.name, file_digest(path)) for path in paths])
    ws.tables.write(signals_table(language), LabelSignal, signals, stamp)
    ws.tables.write(surfaces_table(language), KnownSurfaces, surfaces, stamp)
    ws.tables.write(reject_table(errors_table(language)), Rejected, read.outcome.rejected, stamp)
    ws.tables.write(errors_table(language), LabelErrors, [errors], stamp)
    return Audited(place / _TASKS, verdicts, errors, signals, surfaces, len(lexicon), read.outcome.rejected)


def _file(path: Path) -> ReviewFile | Rejected:
    try:
        return read_review_file(path)
    except ReviewFileError as error:
        return unreadable(path.name, str(error))
