"""The study's recorded replies through our parser and filters, split into what its authors used and what they did not."""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.acquire.language import Identifier
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.parse import parse_study_replies
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.study_files import read_study_replies
from asknews_ner.recipe import FilterParams
from asknews_ner.records import Outcome

UNMENDED = "nothing mended: a datapoint that their reader passed over"


@dataclass(frozen=True)
class StudyRows:
    """One model's rows of one language. `theirs` and `ours_extra` together are the usable rows, as we keep them."""

    released: int
    replies: int
    parsed: Outcome[GeneratedSentence]
    usable: Outcome[GeneratedSentence]
    theirs: Sequence[GeneratedSentence]
    ours_extra: Sequence[GeneratedSentence]
    why_extra: Counter[str]

    @property
    def unchanged(self) -> int:
        """How many of `theirs` are theirs token for token and tag for tag: nothing was mended in them."""
        before = {row.sentence_id: row for row in self.parsed.kept}
        return sum(row == before[row.sentence_id] for row in self.theirs)


def read_study_rows(
    study: Path, model: str, language: TargetLanguage, human: Sequence[TaggedSentence], params: FilterParams, identify: Identifier | None
) -> StudyRows:
    """`study`: the folder with `raw_outputs` and `usable`. A row is theirs if, as parsed, it stands in the released file, as often as it
    stands there; the others are extra, counted by what had to be mended to read them."""
    replies = read_study_replies(study / "raw_outputs" / model / f"{language.code}.jsonl.gz", language.code, model)
    parsed = parse_study_replies(replies, language)
    usable = keep_usable(parsed.kept, language, human, params, identify)
    with gzip.open(study / "usable" / model / f"{language.code}.jsonl.gz", "rt", encoding="utf-8") as lines:
        released = Counter((tuple(row["tokens"]), tuple(row["ner_tags"])) for row in map(json.loads, lines))
    left, before = released.copy(), {row.sentence_id: row for row in parsed.kept}
    theirs, extra, why = [], [], Counter[str]()
    for row in usable.kept:
        as_parsed = before[row.sentence_id]
        key = as_parsed.tokens, as_parsed.tags
        if left[key]:
            left[key] -= 1
            theirs.append(row)
        else:
            extra.append(row)
            why[", ".join(as_parsed.notes) or UNMENDED] += 1
    return StudyRows(released.total(), len(replies), parsed, usable, theirs, extra, why)
