"""The user's benchmarks: every set that is in their folder, and every set of the paper that is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.evaluate.benchmarks import hub
from asknews_ner.evaluate.benchmarks.benchmark import Benchmark, BenchmarkError
from asknews_ner.evaluate.benchmarks.folders import files_of, is_benchmark, read_folder
from asknews_ner.evaluate.benchmarks.registry import RegisteredSet, registered, registered_sets
from asknews_ner.records import BenchmarkFound
from asknews_ner.storage.atomic import file_digest
from asknews_ner.train.rows import types_of

OTHER = "other"
FOUND, OTHER_COUNTS, MISSING, NOT_ASKED_FOR = "found", "other counts", "missing", "not asked for"
ABSENT = (MISSING, NOT_ASKED_FOR)


@dataclass(frozen=True)
class Collection:
    """Benchmarks that were found, and a record of each that was looked for."""

    benchmarks: tuple[Benchmark, ...]
    found: tuple[BenchmarkFound, ...]


def benchmark_folders(place: str) -> list[Path]:
    """The user's benchmark folders: the one named, or all in it that hold a test split, sorted; none if no place is named.

    Raises BenchmarkError if there are none where the setting points."""
    if not place:
        return []
    root = Path(place)
    found = [folder for folder in (root, *sorted(root.glob("*"))) if is_benchmark(folder)]
    if not found:
        raise BenchmarkError(
            f"{root}: neither it nor a folder in it has a test split (test.jsonl, test.json, test.conll and the like); correct "
            "ASKNEWS_NER_BENCHMARKS or unset it"
        )
    return found


def benchmark_digests(place: str) -> list[tuple[str, list[str]]]:
    """Each of the user's benchmark folders with the hashes of its files. Raises BenchmarkError as `benchmark_folders`."""
    return [(folder.name, [file_digest(file) for file in files_of(folder)]) for folder in benchmark_folders(place)]


def read_set(folder: Path) -> Benchmark:
    """A folder's test split, with decoding and language as the registry says where the folder itself does not."""
    known = registered(folder.name)
    read = read_folder(folder, nested=known.nested if known else None, language=known.language if known else "")
    if all(read.languages) or not read.rows:
        return read
    identified, _ = packaged_identifier()("\n".join(" ".join(row["tokenized_text"]) for row in read.rows))
    return replace(read, languages=[language or identified for language in read.languages])


def collect(place: str, wanted: Sequence[str] | None = None, from_hub: bool = False) -> Collection:
    """All sets in the user's folder, with the paper's sets that are not there as missing.

    `wanted`: folder names or the paper's names to keep to; None for all. `from_hub`: the paper's sets that are not in the folder, but
    whose hub dataset the registry names, are fetched. Raises BenchmarkError for a file that cannot be read, two folders for one set, or a
    wanted name that is neither there nor the paper's."""
    folders = benchmark_folders(place)
    _must_be_known(wanted, folders)
    benchmarks: list[Benchmark] = []
    found: list[BenchmarkFound] = []
    by_name: dict[str, Path] = {}
    for folder in folders:
        known = registered(folder.name)
        if wanted is not None and not {folder.name, *([known.name] if known else [])} & {*wanted}:
            continue
        if known is not None and by_name.setdefault(known.name, folder) != folder:
            raise BenchmarkError(f"{folder} and {by_name[known.name]} are both {known.name}; keep one of them")
        read = read_set(folder)
        benchmarks.append(read)
        found.append(record_of(read, known, str(folder)))
    for known in registered_sets():
        if known.name in by_name:
            continue
        if wanted is not None and known.name not in wanted:
            found.append(_absent(known, NOT_ASKED_FOR, "the recipe's benchmark_sets does not name it"))
        elif from_hub and known.hub is not None:
            read = _from_hub(known, known.hub)
            benchmarks.append(read)
            found.append(record_of(read, known, known.hub.name))
        else:
            found.append(_absent(known, MISSING, f"not in {place}" if place else "no benchmark folder is named (ASKNEWS_NER_BENCHMARKS)"))
    return Collection(tuple(benchmarks), tuple(found))


def record_of(read: Benchmark, known: RegisteredSet | None, place: str) -> BenchmarkFound:
    """What was found, beside what was expected."""
    types = len(read.types)
    differences = []
    if known is not None and known.sentences.test is not None and known.sentences.test != len(read.rows):
        differences.append(f"{len(read.rows)} test sentences, {known.sentences.test} published")
    if known is not None and known.types_count is not None and known.types_count != types:
        differences.append(f"{types} types, {known.types_count} published")
    return BenchmarkFound(
        benchmark=read.name,
        title=known.title if known else "",
        set_group=known.group if known else OTHER,
        status=OTHER_COUNTS if differences else FOUND,
        place=place,
        format=read.format,
        decoding="nested" if read.nested else "flat",
        language=" ".join(sorted({language for language in read.languages if language})),
        sentences=len(read.rows),
        expected_sentences=known.sentences.test if known else None,
        types=types,
        expected_types=known.types_count if known else None,
        entities=sum(len(row["ner"]) for row in read.rows) + len(read.unmatchable),
        unmatchable=len(read.unmatchable),
        doubtful=read.doubtful,
        repaired=read.repaired,
        scored=len(read.rows),
        licence=known.licence if known else "",
        redistributable=known.redistributable if known else "unknown",
        how_to_get=known.how_to_get if known else "",
        note="; ".join(differences),
    )


def _absent(known: RegisteredSet, status: str, note: str) -> BenchmarkFound:
    empty = Benchmark(known.name, [], [], [], "", nested=known.nested)
    found = record_of(empty, known, "")
    return replace(found, status=status, language=known.language, sentences=None, types=None, entities=None, note=note)


def _from_hub(known: RegisteredSet, place: hub.HubPlace) -> Benchmark:
    rows, repaired = hub.read_hub(place, "test", known.type_names)
    languages = [known.language] * len(rows)
    return Benchmark(known.name, rows, languages, types_of(rows), "its authors", nested=known.nested, format=hub.FORMAT, repaired=repaired)


def _must_be_known(wanted: Sequence[str] | None, folders: Sequence[Path]) -> None:
    known = {folder.name for folder in folders} | {found.name for found in registered_sets()}
    strange = sorted({*(wanted or ())} - known)
    if strange:
        raise BenchmarkError(
            f"evaluate.benchmark_sets names {', '.join(strange)}, which is neither a folder among the benchmarks nor a set of the paper"
        )
