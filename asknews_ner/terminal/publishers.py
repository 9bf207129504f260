"""`asknews-ner publishers`: the registry of publishers listed, checked and tried."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asknews_ner.terminal.options import RecipeName

if TYPE_CHECKING:
    from asknews_ner.acquire.publishers.publisher import Publisher
    from asknews_ner.acquire.publishers.registry import Registry
    from asknews_ner.acquire.publishers.verify import Tried

ClearErrors = Callable[[], AbstractContextManager[None]]
OwnFile = Annotated[
    Path | None, typer.Option("--file", help="File of publishers of your own (or ASKNEWS_NER_PUBLISHERS), over the shipped ones.")
]


def publishers_app(clear_errors: ClearErrors) -> typer.Typer:
    """The sub-commands. `clear_errors` ends known faults with one line."""
    app = typer.Typer(no_args_is_help=True, help="The registry of publishers: who they are, where, in which languages.")

    @app.command("list")
    def list_(
        country: Annotated[str, typer.Option(help="Only of this country (ISO 3166-1 alpha-2).")] = "",
        language: Annotated[str, typer.Option(help="Only in this language (ISO 639-1).")] = "",
        file: OwnFile = None,
    ) -> None:
        """One publisher a line: id, country, languages, kind, domains, name. A country or language in second place counts too."""
        with clear_errors():
            registry = _registry(file)
        found = [
            one
            for one in registry.publishers
            if country.upper() in ("", one.country, *one.other_countries) and language.lower() in ("", *one.languages)
        ]
        for one in found:
            typer.echo(
                f"{one.id:<32} {one.country} {_short(one.languages):<14} {one.kind:<11} {_short(one.domains):<34} {one.name}"
                f"{'' if one.verified else '  (unverified)'}"
            )
        typer.echo(f"{len(found)} of {len(registry.publishers)} publishers")

    @app.command()
    def check(
        by_country: Annotated[bool, typer.Option("--by-country", help="Count by country too, as a table in Markdown.")] = False,
        file: OwnFile = None,
    ) -> None:
        """Check the form of every entry, and count what there is. Ends with 2 at the first file with a fault."""
        with clear_errors():
            registry = _registry(file)
        for line in [*_counts(registry), *(_by_country(registry) if by_country else [])]:
            typer.echo(line)

    @app.command()
    def verify(
        publisher: Annotated[list[str] | None, typer.Option(help="Only these (id, name or domain; can be given several times).")] = None,
        country: Annotated[str, typer.Option(help="Only of this country.")] = "",
        out: Annotated[Path, typer.Option(help="Folder for the dated result file.")] = Path(),
        recipe: RecipeName = "laptop",
        file: OwnFile = None,
    ) -> None:
        """Try the addresses on a connected machine: robots.txt of every domain, every feed. Needs ASKNEWS_NER_CONTACT.

        Asked as politely and within the same limits as in acquisition (the recipe's, and ASKNEWS_NER_FETCH_CONCURRENCY). Prints what does
        not work and writes everything to publishers_verified_<date>.jsonl. The registry stays as it is. Ends with 1 if any address does
        not work."""
        with clear_errors():
            chosen = _chosen(_registry(file), publisher or [], country)
            tried = _verify(chosen, recipe)
        place = _write(tried, out)
        for line in _table(tried):
            typer.echo(line)
        typer.echo(f"{place}: {len(tried)} addresses of {len(chosen)} publishers")
        if any(one.outcome.name != "WORKS" for one in tried):
            raise typer.Exit(1)

    return app


def _registry(file: Path | None) -> "Registry":
    from asknews_ner.acquire.publishers.files import open_registry
    from asknews_ner.orchestration.settings import from_environment

    given = from_environment().publishers
    return open_registry(file or (Path(given) if given else None))


def _short(values: Sequence[str]) -> str:
    return ",".join(values[:4]) + (f",+{len(values) - 4}" if len(values) > 4 else "")


def _counts(registry: "Registry") -> list[str]:
    from asknews_ner.recipe import LANGUAGES

    every = registry.publishers
    by_language = Counter(language for one in every for language in one.languages)
    single = sum(len(one.languages) == 1 and not one.other_countries for one in every)
    domains, feeds = sum(len(one.domains) for one in every), sum(len(one.feeds) for one in every)
    return [
        f"{len(every)} publishers, {domains} domains, {feeds} feeds: all well-formed",
        f"countries  {len({one.country for one in every})}",
        f"languages  {len(by_language)}; of the twelve: {', '.join(f'{code} {by_language[code]}' for code in LANGUAGES)}",
        f"kinds      {', '.join(f'{kind} {count}' for kind, count in Counter(one.kind for one in every).most_common())}",
        f"sure       {single} publishers have one country and one language",
        f"unverified {sum(not one.verified for one in every)}; try them with: asknews-ner publishers verify",
    ]


def _by_country(registry: "Registry") -> list[str]:
    """A row a country: publishers, and how many of them write each of the languages they have there."""
    lines = ["", "| country | publishers | languages |", "| --- | --- | --- |"]
    for country in sorted({one.country for one in registry.publishers}):
        there = [one for one in registry.publishers if one.country == country]
        languages = Counter(language for one in there for language in one.languages)
        lines.append(f"| {country} | {len(there)} | {', '.join(f'{code} {count}' for code, count in languages.most_common(8))} |")
    return lines


def _chosen(registry: "Registry", wanted: list[str], country: str) -> "list[Publisher]":
    from asknews_ner.acquire.publishers.choose import chosen_publisher

    chosen = [chosen_publisher(registry, one) for one in wanted] if wanted else registry.publishers
    return [one for one in chosen if country.upper() in ("", one.country)]


def _verify(publishers: "list[Publisher]", recipe: str) -> "list[Tried]":
    import asyncio

    from tqdm import tqdm

    from asknews_ner.acquire.fetch.fetcher import Fetcher
    from asknews_ner.acquire.publishers.verify import verify
    from asknews_ner.orchestration.settings import fetch_settings
    from asknews_ner.recipe import load_recipe

    wanted, settings = load_recipe(recipe), fetch_settings()

    async def ask_all() -> "list[Tried]":
        with tqdm(total=len(publishers), unit=" publishers", disable=None, leave=False) as bar:
            async with Fetcher(wanted.fetch, settings) as fetcher:
                return await verify(publishers, fetcher, wanted.sources, bar.update)

    return asyncio.run(ask_all())


def _write(tried: "list[Tried]", folder: Path) -> Path:
    from asknews_ner.storage.atomic import write_text

    place = folder / f"publishers_verified_{dt.datetime.now(dt.UTC).date()}.jsonl"
    write_text(place, "".join(json.dumps({**asdict(one), "outcome": one.outcome.name}, ensure_ascii=False) + "\n" for one in tried))
    return place


def _table(tried: "list[Tried]") -> list[str]:
    broken = [one for one in tried if one.outcome.name != "WORKS"]
    lines = [f"{one.publisher_id:<32} {one.kind:<6} {one.address}  {one.outcome.value}: {one.detail}" for one in broken]
    return lines + [f"{count:>6}  {outcome.value}" for outcome, count in Counter(one.outcome for one in tried).most_common()]
