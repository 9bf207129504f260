"""The study's released raw replies, as copied to shared/data/lowres_study/raw_outputs (its README says the form)."""

import gzip
import json
from pathlib import Path

from asknews_ner.low_resource.records import RawReply


def read_study_replies(path: Path, language: str, model: str) -> list[RawReply]:
    """The replies of one file of JSON Lines in gzip, in the order of the calls.

    `raw_output` holds the reply of an open model, `response` the whole API answer of GPT; `call_idx` is missing there, and
    the line's number stands for it. Raises ValueError naming file and line for a row of neither form."""
    replies: list[RawReply] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for index, line in enumerate(lines):
            row = json.loads(line)
            try:
                text = row["raw_output"] if "raw_output" in row else row["response"]["choices"][0]["message"]["content"]
            except (KeyError, IndexError, TypeError) as error:
                raise ValueError(f"{path}, line {index + 1}: neither `raw_output` nor an API answer in `response`") from error
            replies.append(RawReply(language, int(row.get("call_idx", index)), text, model, ""))
    return replies
