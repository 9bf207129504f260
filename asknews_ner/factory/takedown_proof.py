"""The proof of a takedown: what denied articles say is looked for in every byte that is kept of a workspace, here and in object stores."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import regex

from asknews_ner.acquire.article_of_row import asked_of
from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.deny import read_deny_list
from asknews_ner.acquire.files import read_rows
from asknews_ner.acquire.normalise import canonical_url, clean_text
from asknews_ner.factory.drop_folder import article_files
from asknews_ner.factory.file_contents import contents_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.storage.objects import LOGS, S3Folder

_SHORTEST = 24
"""Characters. Shorter lines and titles ("Sport", "Read more") stand in other outlets' articles as well."""
_SENTENCE_END = regex.compile(r"(?<=[.!?。؟])\s+|\n")
_AT_ONCE = 200
_FETCHED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Trace:
    """Something of a denied article that is still there. `place`: a file, or the address of an object (and its version)."""

    place: str
    text: str


def needles(ws: Workspace) -> tuple[int, frozenset[str]]:
    """(denied articles in the drop folder, what tells them from others: ids, addresses, titles, sentences of their texts).

    What articles that stay say as well (a wire text that another outlet carries) is left out."""
    deny = read_deny_list(ws.deny_file)
    denied, staying, count = set[str](), set[str](), 0
    for file in article_files(ws):
        for row in read_rows(file, ws.articles):
            fields = field_values(row.values)
            url = canonical_url(str(fields["url"])) or "" if fields["url"] else ""
            asked = asked_of(row.values)
            title, text = clean_text(str(fields["title"] or "")), clean_text(str(fields["text"] or ""))
            said = {part for part in (title, *_SENTENCE_END.split(text)) if len(part) >= _SHORTEST}
            article_id = str(fields["id"] or url).strip()
            if deny.matches(article_id, url, clean_text(str(fields["publisher"] or "")), asked):
                denied |= said | ({article_id, url, asked} - {""})
                count += 1
            else:
                staying |= said
    return count, frozenset(denied - staying)


def traces(ws: Workspace, wanted: Iterable[str]) -> list[Trace]:
    """Where any of these texts still stands: in the workspace's files, the memo, the file of replies, and the object stores of tables and
    outputs with all old versions that their buckets keep; one trace a place and text. Raises ObjectStoreError.

    Compressed files (Parquet, gzip) are read as well as their bytes; databases are read row by row and as bytes. Texts are looked for as
    they are and as JSON escapes them. A drop folder's copy in the workspace is the drop folder, which is not looked through."""
    forms = {form: text for text in wanted for form in (text, json.dumps(text)[1:-1])}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    patterns = [regex.compile("|".join(map(_pattern, ordered[start : start + _AT_ONCE]))) for start in range(0, len(ordered), _AT_ONCE)]
    longest = max((len(form.encode()) for form in forms), default=0)

    def found_in(place: str, file: Path) -> set[Trace]:
        contents = contents_of(file, longest)
        return {Trace(place, forms[match.group()]) for content in contents for pattern in patterns for match in pattern.finditer(content)}

    beside = [path for stem in ("memo.sqlite", "replies.sqlite") for path in ws.root.parent.glob(f"{stem}*")]
    drop_folder = ws.articles if ws.root in ws.articles.parents else None
    inside = [path for path in ws.root.rglob("*") if path.is_file() and not (drop_folder and path.is_relative_to(drop_folder))]
    found = set()
    for file in [*inside, *beside]:
        found |= found_in(str(file), file)
    for objects in object_stores(ws):
        for address, file in _copies(objects):
            found |= found_in(address, file)
    return sorted(found, key=lambda trace: (trace.place, trace.text))


def object_stores(ws: Workspace) -> list[S3Folder]:
    """Where the workspace writes to in object stores."""
    return [part.objects for part in (ws.tables_mirror, ws.published) if part is not None]


def _copies(objects: S3Folder) -> Iterator[tuple[str, Path]]:
    """(address, copy) of every version of every object, a few at a time. Logs of runs are left out, as Dagster's own history is."""
    versions = [one for one in objects.versions() if not one.name.startswith(LOGS)]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(_FETCHED_AT_ONCE) as pool:
        for start in range(0, len(versions), _FETCHED_AT_ONCE):
            part = versions[start : start + _FETCHED_AT_ONCE]
            files = [Path(folder) / f"{number}{Path(one.name).suffix}" for number, one in enumerate(part)]
            list(pool.map(lambda one, file: objects.fetch(one.name, file, one.version), part, files))
            for one, file in zip(part, files, strict=True):
                if file.exists():
                    yield f"{objects.url}/{one.name}" + (f"?versionId={one.version}" if one.version else ""), file


def _pattern(form: str) -> str:
    """An address ends where it ends: `/1` does not stand in `/10`."""
    return str(regex.escape(form)) + (r"(?![\w-])" if form.startswith("http") else "")
