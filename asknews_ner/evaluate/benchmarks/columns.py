"""CoNLL files: one word a line with its tag in a column, a blank line between sentences; BIO tags."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from asknews_ner.dataset.bio import OUTSIDE, mend, spans
from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.files import read_text
from asknews_ner.evaluate.benchmarks.rows import checked_row
from asknews_ner.train.rows import GlinerRow

FORMAT = "CoNLL columns"
_DOCUMENT_START = "-DOCSTART-"


def read_columns(path: Path, token_column: int, tag_column: int, type_names: Mapping[str, str]) -> tuple[list[GlinerRow], int]:
    """(sentences, tags repaired). Columns are counted from 0, or from the end with -1, and parted by tabs if the file has any.

    IOB1 is repaired: an I tag that continues no entity of its type begins one. `# name = value` before a sentence and lines of
    -DOCSTART- are no words. `type_names`: names of types for tags such as PER. Raises BenchmarkError naming file and line."""
    rows: list[GlinerRow] = []
    repaired = 0
    for number, tokens, tags in _sentences(path, token_column, tag_column):
        row, changed = tagged_row(f"{path}:{number}", tokens, tags, type_names)
        rows.append(row)
        repaired += changed
    return rows, repaired


def tagged_row(where: str, tokens: Sequence[str], tags: Sequence[str], type_names: Mapping[str, str]) -> tuple[GlinerRow, int]:
    """(a row of words with one BIO tag each, tags repaired). Raises BenchmarkError for a tag that is not O, B-type or I-type."""
    strange = [tag for tag in tags if tag != OUTSIDE and (tag[:2] not in ("B-", "I-") or not tag[2:])]
    if strange:
        raise BenchmarkError(f"{where}: the tag {strange[0]!r} is neither O nor B-type nor I-type; is the right column read?")
    found = [[start, end - 1, type_names.get(label, label)] for start, end, label in spans(tags)]
    return checked_row(where, list(tokens), found), mend(tags)[1]


def _sentences(path: Path, token_column: int, tag_column: int) -> Iterator[tuple[int, list[str], list[str]]]:
    """(line of the first word, words, tags)."""
    text = read_text(path)
    by_tab = "\t" in text
    tokens: list[str] = []
    tags: list[str] = []
    began = 0
    for number, line in enumerate((*text.split("\n"), ""), start=1):
        if not line.strip():
            if tokens:
                yield began, tokens, tags
            tokens, tags = [], []
            continue
        cells = line.rstrip("\r").split("\t") if by_tab else line.split()
        if cells[0].strip() == _DOCUMENT_START or (not tokens and line.startswith("# ") and "=" in line):
            continue
        try:
            token, tag = cells[token_column], cells[tag_column].strip()
        except IndexError as error:
            raise BenchmarkError(
                f"{path}:{number}: {len(cells)} columns, so that there is no column {token_column} or {tag_column}; name the columns in "
                "the folder's benchmark.yaml (token_column, tag_column)"
            ) from error
        began = began if tokens else number
        tokens.append(token)
        tags.append(tag)
