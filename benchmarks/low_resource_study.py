"""Does synthetic data help? The low-resource study on shared data with a small encoder that is trained from nothing (after Kamath and
Vajjala 2025, arXiv 2505.16814).

    ASKNEWS_NER_SHARED=<folder> python benchmarks/low_resource_study.py --workspace <folder> [--size tiny] [--forecast]

Human labels against the released replies of GPT-4.1, Llama 3.1 8B and Aya Expanse 32B, read by our parser and our filters; from scratch
and after a related language; five sizes, three seeds, the epoch picked on rows carved out of the training rows. Two processes of one
thread. Every training is a file: a run that was broken off goes on. `--size tiny`: two languages, two sizes, one seed, a few minutes.
`--forecast`: no training; what the grid takes by the mean seconds of the trainings that are there.

Deviations from the study. Encoder: characters from nothing, not XLM-R large. Danish starts from English (the study: Swedish), Swahili from
Zulu (Kinyarwanda): other data is not at hand; Slovak from English and Yoruba from Igbo as in the study. Telugu has another human corpus
(NER_Telugu, three of its types) and no related language: Kannada's data is not at hand. Validation rows are part of the training rows
(the study generated further ones). Synthetic rows are those that our filters keep: no copies, no other language, whole tags."""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.factory.generated_models import yields_table
from asknews_ner.factory.low_resource_stage import table_of
from asknews_ner.factory.study_data import language_in, read_split, refresh_human
from asknews_ner.factory.study_report import names_of, refresh_curves, refresh_study_report, words_of
from asknews_ner.factory.study_scores import finish_study, study_job
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.parse import parse_study_replies
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.study.cell_files import CellResult, cell_file, read_cell
from asknews_ner.low_resource.study.curves import drawn_f1, grouped, interval_of
from asknews_ner.low_resource.study.grid import Cell
from asknews_ner.low_resource.study.job import StudyJob, write_job
from asknews_ner.low_resource.study.records import HUMAN, NO_ROWS, Yield
from asknews_ner.low_resource.study.run import StudyRun
from asknews_ner.low_resource.study_files import read_study_replies
from asknews_ner.recipe import Recipe, StudyLanguage, load_recipe
from asknews_ner.records import Rejected
from asknews_ner.storage.tables import reject_table

MASAKHA, NEWS = ("PER", "ORG", "LOC", "DATE"), ("PER", "ORG", "LOC")
ASKED = 5000  # rows that each model was asked for in a language
PROCESSES = 2


def language(
    name: str, code: str, related: str | None, types: Sequence[str], script: str, folder: str, is_target: bool = True
) -> StudyLanguage:
    """A language whose human data lies in the shared folder."""
    return StudyLanguage(
        name=name, identifier_code=code, related=related, types=tuple(types), script=script, corpus="shared", folder=folder,
        published=None, is_target=is_target,
    )  # fmt: skip


LANGUAGES = {
    "da": language("Danish", "da", "en", NEWS, "LATIN", "lowres_study/gold_uner/da"),
    "sk": language("Slovak", "sk", "en", NEWS, "LATIN", "lowres_study/gold_uner/sk"),
    "yor": language("Yoruba", "yo", "ibo", MASAKHA, "LATIN", "benchmarks/masakhaner2_yor"),
    "swa": language("Swahili", "sw", "zul", MASAKHA, "LATIN", "benchmarks/masakhaner2_swa"),
    "te": language("Telugu", "te", "kn", NEWS, "TELUGU", "benchmarks/ner_telugu"),
    "en": language("English", "en", None, NEWS, "LATIN", "lowres_study/gold_uner/en", is_target=False),
    "zul": language("Zulu", "zu", None, MASAKHA, "LATIN", "benchmarks/masakhaner2_zul", is_target=False),
    "ibo": language("Igbo", "ig", "yor", MASAKHA, "LATIN", "benchmarks/masakhaner2_ibo"),
}


@dataclass(frozen=True)
class Size:
    """What is run."""

    languages: tuple[str, ...]
    sizes: tuple[int, ...]
    seeds: tuple[int, ...]


SIZES = {
    "full": Size(("da", "sk", "yor", "swa", "te"), (100, 250, 500, 1000, 2500), (3535, 3536, 3537)),
    "tiny": Size(("da", "swa"), (100, 250), (3535,)),
}


def recipe_of(size: Size) -> Recipe:
    """The laptop's recipe with the shared data and this grid."""
    laptop = load_recipe("laptop")
    train = laptop.low_resource.study.train.model_copy(update={"sizes": size.sizes, "seeds": size.seeds})
    study = laptop.low_resource.study.model_copy(update={"languages": LANGUAGES, "train": train, "wikiann": False})
    return laptop.model_copy(update={"low_resource": laptop.low_resource.model_copy(update={"study": study})})


def write_generated(ws: Workspace, study: Path, code: str) -> None:
    """The released replies of all models through our parser and filters, as the table that generation would have made."""
    target = language_in(ws, code)
    human = [row for split in ("train", "validation", "test") for row in read_split(ws, HUMAN, code, split)]  # type: ignore[arg-type]
    stamp = fingerprint("released replies", ws.recipe.low_resource.filter, code, len(human))
    if ws.tables.fingerprint(table_of(code)) == stamp:
        return
    kept: list[GeneratedSentence] = []
    lost: list[Rejected] = []
    yields = []
    for folder in sorted((study / "raw_outputs").iterdir()):
        parsed = parse_study_replies(read_study_replies(folder / f"{code}.jsonl.gz", code, folder.name), target)
        usable = keep_usable(parsed.kept, target, human, ws.recipe.low_resource.filter, packaged_identifier())
        reasons = Counter(row.reason for row in (*parsed.rejected, *usable.rejected))
        rejected = tuple(f"{reason} {count}" for reason, count in reasons.most_common())
        yields.append(Yield(code, folder.name, ASKED, len(usable.kept), rejected, None))
        kept += usable.kept
        lost += [*parsed.rejected, *usable.rejected]
    ws.tables.write(yields_table(code), Yield, yields, stamp)
    ws.tables.write(reject_table(table_of(code)), Rejected, lost, stamp)
    ws.tables.write(table_of(code), GeneratedSentence, kept, stamp)


def parts(job: StudyJob) -> list[StudyJob]:
    """A job for each seed: they share nothing."""
    return [job.model_copy(update={"params": job.params.model_copy(update={"seeds": (seed,)})}) for seed in job.params.seeds]


def train_all(ws: Workspace, jobs: Sequence[StudyJob]) -> None:
    """All jobs, two at a time; raises CalledProcessError where one fails."""
    waiting = [(part, ws.provenance / "jobs" / f"study-{part.language}-{part.params.seeds[0]}.json") for job in jobs for part in parts(job)]
    running: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    while waiting or running:
        while waiting and len(running) < PROCESSES:
            part, path = waiting.pop(0)
            write_job(part, path)
            running.append(subprocess.Popen([sys.executable, "-m", "asknews_ner.low_resource.study", str(path)], env=environment))
        for process in [one for one in running if one.poll() is not None]:
            running.remove(process)
            if process.returncode:
                for other in running:
                    other.terminate()
                raise subprocess.CalledProcessError(process.returncode, process.args)
        time.sleep(0.2)


def cells_of(job: StudyJob) -> Iterator[tuple[Cell, CellResult | None]]:
    """Each planned cell, and its result where it is there."""
    run = StudyRun(job)
    for cell in run.plan()[0]:
        yield cell, read_cell(cell_file(run.folder, cell.name))


def print_forecast(jobs: Sequence[StudyJob]) -> None:
    """Seconds of the whole grid by those of the trainings that are there: interpolated over sizes, the point at 0 by its own mean."""
    measured: dict[int, list[float]] = defaultdict(list)
    planned: list[Cell] = []
    for job in jobs:
        for cell, result in cells_of(job):
            planned.append(cell)
            if result is not None:
                measured[cell.size].append(result.seconds)
    if not measured:
        print(f"{len(planned)} trainings; none is there yet, so that nothing can be forecast: run --size tiny first")
        return
    known = {size: mean(seconds) for size, seconds in sorted(measured.items())}
    sizes = [size for size in known if size]

    def seconds_of(size: int) -> float:
        """Between measured sizes in a line; beyond the largest in proportion, which is too much rather than too little."""
        if not size or not sizes:
            return known.get(size, 0.0)
        return float(np.interp(size, sizes, [known[one] for one in sizes])) * max(1.0, size / sizes[-1])

    total = sum(seconds_of(cell.size) for cell in planned)
    print(f"{len(planned)} trainings, {sum(map(len, measured.values()))} measured; mean seconds by rows: "
          + ", ".join(f"{size}: {seconds:.1f}" for size, seconds in known.items()))  # fmt: skip
    print(f"forecast of the whole grid: {total / 60:.0f} minutes of one core, {total / 60 / PROCESSES:.0f} with {PROCESSES} processes")


def print_findings(ws: Workspace, results: Sequence[CellResult]) -> None:
    """The study's main findings as paired differences, with intervals over test sentences and seeds."""
    params, groups = ws.recipe.low_resource.study.report, grouped(results)
    drawn = {key: drawn_f1(of_seeds, params, ws.recipe.seed) for key, of_seeds in groups.items()}
    f1 = {key: 100 * mean(result.score.f1 for result in of_seeds) for key, of_seeds in groups.items()}

    def line(one: tuple[str, str, str, int], other: tuple[str, str, str, int]) -> str:
        low, high = interval_of(100 * (drawn[one] - drawn[other]), params.confidence)
        return f"{f1[one]:.1f} and {f1[other]:.1f}, difference {f1[one] - f1[other]:+.1f} ({low:+.1f} to {high:+.1f})"

    for code in sorted({key[0] for key in groups}):
        for regime in ("scratch", "related"):
            humans = sorted((key for key in groups if key[:3] == (code, regime, HUMAN)), key=lambda key: key[3])
            llms = sorted({key[2] for key in groups if key[:2] == (code, regime)} - {HUMAN, NO_ROWS})
            for llm in llms if humans else []:
                largest = max((key for key in groups if key[:3] == (code, regime, llm)), key=lambda key: key[3])
                print(f"{code} {regime}: {humans[0][3]} human rows against {largest[3]} of {llm}: {line(humans[0], largest)}")
        for key in sorted(one for one in groups if one[0] == code and one[1] == "related" and one[2] != NO_ROWS):
            scratch = (code, "scratch", *key[2:])
            if scratch in groups:
                print(f"{code} {key[2]} {key[3]} rows, related against scratch: {line(key, scratch)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--forecast", action="store_true")
    given = parser.parse_args()
    shared, size = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data", SIZES[given.size]
    ws = Workspace(root=given.workspace, articles=shared, recipe=recipe_of(size))
    began = time.monotonic()
    jobs = []
    for code in size.languages:
        for note in refresh_human(ws, shared, code).notes:
            print(f"{code}: {note}")
        write_generated(ws, shared / "lowres_study", code)
        jobs.append(study_job(ws, shared, code, threads=1))
        if jobs[-1].no_related and not jobs[-1].related:
            print(f"{code}: {jobs[-1].no_related}")
    print_forecast(jobs)
    if given.forecast:
        return
    train_all(ws, jobs)
    results = {job.language: finish_study(ws, job) for job in jobs}
    for code, found in results.items():
        curves = refresh_curves(ws, code, found)
        for point in curves.points:
            print(
                f"{point.language} {point.regime:<8} {point.source:<22} {point.size:>5} {100 * point.f1:5.1f} "
                f"({100 * (point.low or 0):.1f} to {100 * (point.high or 0):.1f})"
            )
        print(words_of(names_of(ws)[code], curves.answers))
    print_findings(ws, [result for found in results.values() for result in found])
    print(f"{sum(map(len, results.values()))} trainings, {time.monotonic() - began:.0f} s")
    print_forecast(jobs)
    print(refresh_study_report(ws, str(shared / "lowres_study" / "results")))


if __name__ == "__main__":
    main()
