"""What a million articles a day cost, and a backfill of a billion: the tables of docs/scale.md, out of docs/scale_inputs.yaml.

    python benchmarks/scale.py                                      prints them
    python benchmarks/scale.py --write                              puts them into docs/scale.md
    python benchmarks/scale.py --check                              ends with 1 where the page says something else
    python benchmarks/scale.py --set articles_a_day=200000 --set gpus=2 --model qwen32b

Takes a second and measures nothing: the inputs are figures that other benchmarks printed, with the command of each."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from scale_parts import tables
from scale_parts.cluster import cluster
from scale_parts.inputs import KINDS, InputError, Inputs, read_inputs
from scale_parts.model import Model
from scale_parts.prompts import prompt_characters

from asknews_ner.recipe import load_recipe
from asknews_ner.storage.atomic import write_text

DOCS = Path(__file__).parents[1] / "docs"
RECIPE = "asknews_ner_v0"  # the paper's: a language model summarises all articles
MODEL = "llama8b"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another value of a constant")
    parser.add_argument("--model", default=MODEL, choices=sorted(tables.MODELS))
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md")
    parser.add_argument("--check", action="store_true", help="compare them with docs/scale.md")
    given = parser.parse_args()
    try:
        inputs = read_inputs(DOCS / "scale_inputs.yaml").changed(
            {name: float(value) for name, _, value in (one.partition("=") for one in given.set)}
        )
    except (InputError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    made = all_tables(inputs, given.model)
    page = DOCS / "scale.md"
    if given.write or given.check:
        old = page.read_text(encoding="utf-8")
        new = replaced(old, made)
        if given.write:
            write_text(page, new)
        elif old != new:
            print("docs/scale.md is not what its inputs give: python benchmarks/scale.py --write", file=sys.stderr)
            return 1
        return 0
    for name, lines in made.items():
        print(f"\n## {name}\n", *lines, sep="\n")
    return 0


def all_tables(inputs: Inputs, key: str) -> dict[str, list[str]]:
    """By the name of their place in the page."""
    model = Model(inputs, prompt_characters(load_recipe(RECIPE)))
    day, backfill = tables.plans(inputs, key)
    parts: dict[str, Callable[[], Iterable[str]]] = {
        "day": lambda: tables.by_stage(model, day),
        "backfill": lambda: tables.by_stage(model, backfill),
        "models": lambda: tables.by_model(model),
        "sizes": lambda: tables.by_size(model, key),
        "limits": lambda: tables.limits(model, key),
        "storage": lambda: tables.storage(model, key),
        "cluster": lambda: cluster(model, key),
    }
    made = {name: list(part()) for name, part in parts.items()}
    made.update({f"inputs {kind}": list(tables.constants(inputs, kind)) for kind in KINDS})
    unused = sorted(set(inputs.constants) - inputs.used)
    if unused:
        raise SystemExit(f"docs/scale_inputs.yaml: nothing rests on {', '.join(unused)}")
    return made


def replaced(page: str, made: dict[str, list[str]]) -> str:
    """The page with these tables between their marks."""
    for name, lines in made.items():
        start, end = f"<!-- table: {name} -->\n", f"<!-- end: {name} -->"
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise SystemExit(f"docs/scale.md has no place for the table {name!r}: {start.strip()} … {end}")
        page = before + start + "\n".join(lines) + "\n" + end + after
    return page


if __name__ == "__main__":
    sys.exit(main())
