"""A day and two nights of a real instance: webserver, daemon and runs as processes, driven through the web API alone.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/day_and_night.py --work <folder> [--postgres] [--models]
    ASKNEWS_NER_SHARED=<folder> python benchmarks/day_and_night.py --work <folder> --kill worker --kill daemon ...

The story: real articles, re-timed to a live stream, are dropped; the sensors carry them to the dataset. More of one country come. A country
is backfilled as the lineage page does it. A night with news (with --models a training day), and a night without. Printed: runs, partitions,
rows computed or taken from the memo, requests to the (played) language model, wall and CPU seconds of each step. Exit code 1 if a count
is not what it must be.

With --kill: the first step once undisturbed, and once with a SIGKILL of each process named, in its middle and one after another, each
followed by a restart. The final state must be the same byte for byte, no row may stand twice, no stored reply may be asked for again."""

import argparse
import signal
import sys
from pathlib import Path

from day_and_night_parts.articles import SOURCES
from day_and_night_parts.figures import asset_lines, table
from day_and_night_parts.kills import KINDS, kill_lines
from day_and_night_parts.postgres import PostgresPlace, postgres
from day_and_night_parts.story import Story, environment

from asknews_ner.storage.atomic import write_text
from asknews_ner_tests.integration.dagster_processes import dagster
from asknews_ner_tests.integration.played_model import script
from asknews_ner_tests.integration.scripted_llm import scripted

LLM_SECONDS = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="an empty folder for everything")
    parser.add_argument("--articles", type=int, default=300, help="of the first step")
    parser.add_argument("--more", type=int, default=30, help="of the second step, of one country")
    parser.add_argument("--countries", nargs="+", default=sorted(SOURCES), choices=sorted(SOURCES))
    parser.add_argument(
        "--first-step", type=int, default=1, choices=range(1, 6), help="go on with this step in the folder of a story broken off"
    )
    parser.add_argument("--postgres", action="store_true", help="Dagster's storage and replies on a PostgreSQL (extra `postgres`)")
    parser.add_argument("--models", action="store_true", help="the night with news goes on to a tiny model")
    parser.add_argument("--kill", action="append", default=[], choices=KINDS, help="instead of the story; may be given several times")
    given = parser.parse_args()
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)  # in the background of a script SIGINT is ignored, and Dagster would inherit that
    if given.first_step == 1 and given.work.exists() and any(given.work.iterdir()):
        raise SystemExit(f"{given.work} is not empty; name a folder that is")
    if given.kill:
        lines, faults = kill_lines(given.work.absolute(), tuple(given.countries), given.articles, given.kill)
    elif given.postgres:
        with postgres(given.work.absolute() / "postgresql") as place:
            lines, faults = story(given, place)
    else:
        lines, faults = story(given, None)
    lines += ["", *(f"WRONG: {fault}" for fault in faults)] if faults else ["", "every count is as it must be"]
    write_text(given.work / "report.md", "\n".join(lines) + "\n")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if faults else 0)


def story(given: argparse.Namespace, place: PostgresPlace | None) -> tuple[list[str], list[str]]:
    """The five steps; (lines, faults)."""
    countries, work = tuple(given.countries), given.work.absolute()
    with scripted(script(LLM_SECONDS)) as server:
        settings = environment(work, server) | (place.environment if place else {})
        with dagster(work, settings, storage=place.dagster_yaml if place else "") as instance:
            told = Story(instance, server)
            first, second = ZONES
            told.tell(given.first_step, [
                lambda: told.first_articles(countries, given.articles),
                lambda: told.one_country(countries[-2], given.more),
                lambda: told.backfill(countries[0]),
                lambda: told.night_with_news(first, countries[-1], given.more, "every day" if given.models else "never"),
                lambda: told.night_without_news(second),
            ])  # fmt: skip
    steps = told.steps
    return [*table(steps), *(line for step in steps for line in asset_lines(step))], [fault for step in steps for fault in step.faults]


ZONES = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""25 hours apart: a night bears its date, and two nights are told in one evening, whatever the hour."""


if __name__ == "__main__":
    main()
