"""GLiNER JSON lines: `{"tokenized_text": [word, ...], "ner": [[first, last, type], ...]}`, one sentence a line, last word inclusive."""

import json
from pathlib import Path

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.files import read_text
from asknews_ner.evaluate.benchmarks.rows import checked_row
from asknews_ner.train.rows import GlinerRow

FORMAT = "GLiNER JSON lines"


def read_json_lines(path: Path) -> list[GlinerRow]:
    """The sentences of a file, plain or .gz; types as they stand. Raises BenchmarkError naming file and line."""
    rows = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BenchmarkError(f"{where}: not a row in GLiNER form ({error})") from error
        if not isinstance(row, dict) or "tokenized_text" not in row or "ner" not in row:
            raise BenchmarkError(f"{where}: not a row in GLiNER form; expected an object with `tokenized_text` and `ner`")
        rows.append(checked_row(where, row["tokenized_text"], row["ner"]))
    return rows
