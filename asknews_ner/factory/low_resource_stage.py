"""The low-resource study's generated sentences, one table a target language."""

from collections.abc import Sequence
from pathlib import Path

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.factory.progress import logged
from asknews_ner.factory.stage import Log, Refreshed
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.generate import generate
from asknews_ner.low_resource.human import HumanDataError, read_human
from asknews_ner.low_resource.languages import study_languages, tags_of
from asknews_ner.low_resource.parse import parse_replies
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.records import Rejected
from asknews_ner.storage.tables import reject_table

_SUFFIXES = (".jsonl.gz", ".jsonl", ".iob2", ".conll", ".txt")


def human_file(folder: Path, language: str) -> Path:
    """The human-labelled training file of a language: `<folder>/<language>/train.<suffix>`. Raises HumanDataError if there is none."""
    for suffix in _SUFFIXES:
        path = folder / language / f"train{suffix}"
        if path.is_file():
            return path
    raise HumanDataError(
        f"no human-labelled sentences for {language!r}: put them at {folder / language}/train with one of {', '.join(_SUFFIXES)}, "
        "and set ASKNEWS_NER_HUMAN_DATA to the folder above"
    )


def table_of(language: str) -> str:
    """The table of a target language's sentences."""
    return f"generated_sentences/{language}"


def refresh_language(ws: Workspace, folder: Path, language: str, log: Log) -> Refreshed:
    """Ask, parse, filter; replies come from the memo where they are stored. Raises AnnotatorError without an LLM."""
    target, params = study_languages(ws.recipe.low_resource.study.languages)[language], ws.recipe.low_resource
    human = read_human(human_file(folder, language), tags_of(target.types)).sentences
    annotator = ws.annotator("generate")
    stamp = fingerprint(
        "generated", language, params, [list(map(list, (s.tokens, s.tags))) for s in human], annotator.fingerprint("generate")
    )
    table = table_of(language)
    if ws.tables.fingerprint(table) == stamp:
        kept = ws.tables.row_count(table)
        return Refreshed(kept, ws.tables.row_count(reject_table(table)), 0, 0, kept, stamp)
    progress = logged(log, f"generate {language}", params.generate.calls)
    replies, from_memo, computed = generate(target, human, params.generate, annotator, ws.replies, progress)
    parsed = parse_replies(replies.kept)
    usable = keep_usable(parsed.kept, target, human, params.filter, packaged_identifier())
    rejected: Sequence[Rejected] = [*replies.rejected, *parsed.rejected, *usable.rejected]
    ws.tables.write(reject_table(table), Rejected, rejected, stamp)
    ws.tables.write(table, GeneratedSentence, usable.kept, stamp)
    return Refreshed(len(usable.kept), len(rejected), computed, from_memo, 0, stamp)
