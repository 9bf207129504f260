"""The sheet for raters, as CSV that spreadsheets open: written for people, and read back from each of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from asknews_ner.dataset.review.files import pseudonym
from asknews_ner.fingerprints import stable_seed
from asknews_ner.recipe import RaterParams
from asknews_ner.records import Reason, Rejected
from asknews_ner.report.fidelity.measure import Pair, source_of, text_of
from asknews_ner.report.fidelity.records import FidelityPair, FidelityRating

STAGE = "fidelity_ratings"
HEADER = ("article_id", "rating", "remark", "language", "summary", "source")
QUESTION = "2: faithful; 1: something important is missing; 0: something is wrong"
_RATINGS = ("0", "1", "2")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ENDING = ".csv"
_LARGEST_CELL = 32_000  # spreadsheets cut longer cells


class RatingReject(Reason):
    """Why a row of a sheet is no rating."""

    UNREADABLE = "the file is no sheet of these"
    UNKNOWN_PAIR = "no such pair is on the sheet"
    NO_RATING = "the rating is none of 0, 1 and 2"
    TWICE = "the same person rated the pair already"


def drawn(rows: Sequence[FidelityPair], params: RaterParams) -> list[FidelityPair]:
    """The pairs on the sheet: half by hash over all, half of the highest risk among the others; in an order that says nothing."""
    hashed = sorted(rows, key=lambda row: (stable_seed("raters", params.seed, row.article_id), row.article_id))
    random = hashed[: params.pairs - params.pairs // 2]
    chosen = {row.article_id for row in random}
    others = sorted((row for row in rows if row.article_id not in chosen), key=lambda row: (-row.risk, row.article_id))
    chosen |= {row.article_id for row in others[: params.pairs // 2]}
    return [row for row in hashed if row.article_id in chosen]


def sheet(rows: Sequence[FidelityPair], pairs: Mapping[str, Pair]) -> str:
    """The CSV (write with a byte order mark, which spreadsheets need). Risks are not on it: raters should not know them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows:
        article, summary = pairs[row.article_id]
        texts = (text_of(summary), source_of(article))
        writer.writerow([_cell(row.article_id), "", "", row.language, *(_cell(one[:_LARGEST_CELL]) for one in texts)])
    return text.getvalue()


def list_sheets(folder: Path) -> list[Path]:
    """Filled sheets in a folder, by name; none if there is no folder."""
    return sorted(path for path in folder.iterdir() if path.suffix == _ENDING and not path.name.startswith(".")) if folder.is_dir() else []


def read_sheets(paths: Sequence[Path], rows: Sequence[FidelityPair]) -> tuple[list[FidelityRating], list[Rejected]]:
    """(ratings, rows that are none with the reason), one rater a file. Unrated rows are neither. `rows`: all pairs, by which a sheet
    that was drawn before articles came or went still counts."""
    known = {_cell(row.article_id): row for row in rows}
    ratings: list[FidelityRating] = []
    rejected: list[Rejected] = []
    for path in paths:
        rater, seen = pseudonym(path.stem) or "", set[str]()
        try:
            lines = _lines(path)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            rejected.append(_reject(RatingReject.UNREADABLE, f"{path.name}: {error}", path.name))
            continue
        for number, line in enumerate(lines, start=2):
            key, rating = line.get("article_id") or "", (line.get("rating") or "").strip()
            where = f"{path.name}, line {number}"
            if not rating:
                continue
            if key not in known:
                rejected.append(_reject(RatingReject.UNKNOWN_PAIR, where, key))
            elif rating not in _RATINGS:
                rejected.append(_reject(RatingReject.NO_RATING, f"{where}: {rating[:40]!r}; write {QUESTION}", key))
            elif key in seen:
                rejected.append(_reject(RatingReject.TWICE, where, key))
            else:
                seen.add(key)
                ratings.append(FidelityRating(known[key].article_id, rater, int(rating), known[key].language))
    return ratings, rejected


def _lines(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    first = text.split("\n", 1)[0]
    # Spreadsheets of countries with a decimal comma write semicolons.
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    if not {"article_id", "rating"} <= set(reader.fieldnames or ()):
        raise csv.Error("no columns article_id and rating; save the sheet as CSV with its first line")
    return list(reader)


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: articles come from the web."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _reject(reason: RatingReject, detail: str, key: str) -> Rejected:
    return Rejected(STAGE, reason.name, f"{reason.value}: {detail}", key, "", "", "")
