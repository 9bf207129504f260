"""The sheet docs/scale.md: its tables are what its inputs give, its inputs stand in the pages that they name, its settings exist."""

import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
import yaml

from asknews_ner.factory.phases import TO_DATASET, WholePhase
from asknews_ner.recipe import load_recipe
from asknews_ner.records import SummaryVector
from asknews_ner.storage.tables import Partition, TableStore

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INPUTS = yaml.safe_load((DOCS / "scale_inputs.yaml").read_text(encoding="utf-8"))
MEASURED = [one for one in INPUTS if one["kind"] == "measured"]


def scale(*given):
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "scale.py", *given], capture_output=True, text=True, timeout=120, check=False
    )


def figure(lines, row, column):
    """A cell of a table, as a number."""
    cells = next(line for line in lines.splitlines() if line.startswith(f"| {row} |")).split("|")
    return float(cells[column].split()[0].replace(",", ""))


def test_the_page_holds_what_the_inputs_give():
    done = scale("--check")
    assert done.returncode == 0, done.stderr


def test_the_arithmetic_by_hand():
    """Values with which every figure can be worked out on paper."""
    plan = {"articles_a_day": 1e6, "workspace_articles": 1e6, "backfill_articles": 4e6, "accepted_share": 1, "originals_share": 0.5}
    costs = {"pages_a_second": 50, "pair_ns": 72, "story_ms": 0, "copies_hours": 72, "repeated_share": 0, "llama8b_tokens_a_second": 1000}
    given = [
        f"--set={name}={value}"
        for name, value in {**plan, **costs, "llama8b_usd_hour": 2, "gpus": 4, "cores": 10, "core_usd_hour": 0.1}.items()
    ]
    done = scale(*given)
    assert done.returncode == 0, done.stderr
    day, backfill = (done.stdout.split(f"## {name}\n")[1].split("\n## ")[0] for name in ("day", "backfill"))
    assert figure(day, "extract text", 2) == pytest.approx(1e6 / 50 / 3600, rel=0.05)
    assert figure(day, "extract text", 6) == pytest.approx(1e6 / 50 / 3600 / 10, rel=0.05)
    assert figure(backfill, "extract text", 2) == pytest.approx(4 * 1e6 / 50 / 3600, rel=0.05)
    assert figure(day, "story_copies", 2) == pytest.approx(0.5e6**2 / 2 * 72e-9 / 3600, rel=0.05), "all pairs of a day are within 72 hours"
    answers = 0.5e6 * 230  # tokens of a summary, as `asknews-ner estimate` assumes them
    assert figure(day, "summaries", 3) == pytest.approx(answers / 1000 / 3600, rel=0.05)
    assert figure(day, "summaries", 6) == pytest.approx(answers / 1000 / 3600 / 4, rel=0.05)
    assert figure(day, "all", 2) < figure(day, "all", 2) + 1 < figure(backfill, "all", 2)


def machines(*given):
    """(runs at once, GPUs, requests in flight of each run) that the table of the cluster prints."""
    done = scale(*given)
    assert done.returncode == 0, done.stderr
    table = done.stdout.split("## cluster\n")[1].split("\n## ")[0]
    rows = ("runs of a country at once.*?", "vLLM servers, one GPU each", "requests in flight")
    return [int(re.search(rf"^\| {row} \| ([\d,]+)", table, re.MULTILINE)[1].replace(",", "")) for row in rows]


@pytest.fixture
def hours_of(monkeypatch):
    """Hours on the clock of a day in one workspace, all stages one after another, by model, runs at once and GPUs."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from scale_parts import inputs, model, prompts, tables

    def hours(key, runs, gpus):
        of = inputs.read_inputs(DOCS / "scale_inputs.yaml").changed({"cores": runs, "gpus": gpus})
        sheet, (day, _) = model.Model(of, prompts.prompt_characters(load_recipe("asknews_ner_v0"))), tables.plans(of, key)
        assert day.workspaces == 1
        return sum(tables.clock(one, of) for one in sheet.stages(day.workspace, day)) / 3600

    return hours


@pytest.mark.parametrize("key", ["llama8b", "qwen35b", "qwen32b"])
def test_the_cluster_makes_a_day_in_its_hours_and_a_smaller_one_does_not(key, hours_of):
    most = next(float(one["value"]) for one in INPUTS if one["name"] == "hours_for_a_day")
    runs, gpus, _ = machines("--model", key)
    assert hours_of(key, runs, gpus) <= most
    assert runs > 1, "one run alone would not be tried"
    assert hours_of(key, runs - 1, gpus) > most
    assert gpus == 1 or hours_of(key, 100_000, gpus - 1) > most, "as many runs as one likes are no help"


def test_the_cluster_s_runs_keep_its_servers_busy_together():
    at_a_server = next(float(one["value"]) for one in INPUTS if one["name"] == "requests_a_server")
    for key in ("llama8b", "qwen32b"):
        runs, gpus, each = machines("--model", key)
        assert (each - 1) * runs < gpus * at_a_server <= each * runs


def test_workspaces_of_one_day_share_the_gpus():
    four = ("--set", "articles_a_day=4e6")  # denser news: pairs within 72 hours cost more of each
    assert 1 < machines(*four)[1] <= 4, "one is enough for one workspace"
    assert "for each of 4 workspaces" in scale(*four).stdout


def test_qdrant_s_copies_are_on_the_disks_too():
    once, twice = (scale("--set", f"qdrant_replicas={copies}").stdout for copies in (1, 2))
    name = re.escape("Qdrant, on its disks (all copies)")
    sizes = [[float(cell.replace(",", "")) for cell in re.search(rf"\| {name} \|(.*)\|", out)[1].split("|")] for out in (once, twice)]
    assert sizes[1] == pytest.approx([2 * size for size in sizes[0]], rel=0.05)


def test_qdrant_s_claim_is_its_share_of_the_disk_and_the_manifest_is_what_the_page_says():
    out, page = scale().stdout, (DOCS / "scale.md").read_text(encoding="utf-8")
    _, _, month, *_ = re.search(r"\| Qdrant, on its disks.*", out)[0].split("|")[1:]
    memory, nodes = re.search(r"\| Qdrant, vectors of 30 days \| (\d+) GB of memory in 2 replicas: (\d+) nodes", out).groups()
    assert figure(out, "Qdrant's claim a node", 2) == pytest.approx(float(month) / int(nodes), rel=0.06)

    manifests = yaml.safe_load_all((ROOT / "deploy" / "k8s" / "base" / "qdrant.yaml").read_text(encoding="utf-8"))
    spec = next(one["spec"] for one in manifests if one["kind"] == "StatefulSet")
    claim = next(one for one in spec["volumeClaimTemplates"] if one["metadata"]["name"] == "storage")["spec"]["resources"]["requests"][
        "storage"
    ]
    limit = spec["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"]
    days, held = (spec["replicas"] * int(size.removesuffix("Gi")) * 2**30 / 1e9 / float(all_of_it) * 30
                  for size, all_of_it in ((claim, month), (limit, memory)))  # fmt: skip
    said = re.search(
        r"a claim of (\d+ GiB) for each of three nodes holds (\d+) such days.*?the (\d+ GiB) of memory of each hold the vectors of (\d+(?:\.\d+)?)",
        " ".join(page.split()),
    )
    assert (said[1].replace(" GiB", "Gi"), said[3].replace(" GiB", "Gi"), spec["replicas"]) == (claim, limit, 3)
    assert (float(said[2]), float(said[4])) == pytest.approx((days, held), rel=0.05)


def test_the_places_of_the_cluster_s_sizes_exist():
    """Files of this repository, and settings of the chart's values that these set."""
    page = (DOCS / "scale.md").read_text(encoding="utf-8")
    table = page.split("<!-- table: cluster -->")[1].split("<!-- end: cluster -->")[0]
    files = set(re.findall(r"`(deploy/[^`]+)`", table))
    assert files == {"deploy/k8s/base/pod-sizes.yaml", "deploy/k8s/base/qdrant.yaml", "deploy/helm/values.yaml"}
    assert all((ROOT / file).is_file() for file in files)
    values = yaml.safe_load((ROOT / "deploy" / "helm" / "values.yaml").read_text(encoding="utf-8"))
    (named,) = re.findall(r"`([\w.]+)` in `deploy/helm/values.yaml`", table)
    for part in named.split("."):
        values = values[part]
    assert isinstance(values, int)
    phases = re.search(r"^\| memory of a run over all articles \|(.*?)\|", table, re.MULTILINE)[1]
    order = [asset for phase in TO_DATASET if isinstance(phase, WholePhase) for asset in phase.assets]
    ends = [name for both in re.findall(r"\((.*?)\)", phases) for name in both.split(" to ")]
    assert sorted(ends, key=order.index) == ends
    together = [phase.assets for phase in TO_DATASET for first, last in [ends[2:4]] if {first, last} <= set(phase.assets)]
    assert len(together) == 1, "one run makes all from the first to the last"


def test_memory_of_vectors_is_that_of_rows(tmp_path):
    """What `story_bytes` says of a vector of 768 dimensions: numbers of Python, not of a matrix."""
    row = SummaryVector("id", "a" * 64, "encoder", tuple(number / 1000 for number in range(768)), False, "GB", "en", None)
    store, cell = TableStore(tmp_path), Partition("GB", "en")
    store.write("summary_vectors", SummaryVector, [row] * 200, "stamp", cell)
    tracemalloc.start()
    try:
        rows = store.read_all("summary_vectors", SummaryVector)
        held = tracemalloc.get_traced_memory()[0] / len(rows)
    finally:
        tracemalloc.stop()
    said = next(float(one["value"]) for one in INPUTS if one["name"] == "story_bytes")
    assert 0.7 * said < held < said, "less what the allocator keeps, and without the summary"


def test_the_backfill_s_days_name_the_workspaces_at_once_that_they_take():
    out = scale().stdout
    backfill = out.split("## backfill\n")[1].split("\n## ")[0]
    cells = re.search(r"^\| Llama-3.1-8B, FP8 \| the backfill \|(.*)\|$", out, re.MULTILINE)[1].split("|")
    days, at_once = float(cells[-2]), int(cells[-1].split()[0])
    one_after_another = 1000 * figure(backfill, "all", 6) / 24
    assert days * (at_once - 1) < one_after_another * 1.05
    assert one_after_another < days * at_once * 1.05


def test_databases_are_paid_as_disks():
    rows = re.findall(
        r"^\| ([^|]*) \| [^|]* \| [^|]* \| ([\d.]+) \| ([\d,]+) \|$", scale("--set", "disk_usd_gb_month=100").stdout, re.MULTILINE
    )
    dear = {name for name, terabytes, usd in rows if float(usd.replace(",", "")) > 50_000 * float(terabytes)}
    assert dear == {"replies (PostgreSQL)", "vectors' memo (PostgreSQL)", "Qdrant, on its disks (all copies)"}


def test_the_database_s_volume_holds_what_lies_in_it():
    out = scale().stdout
    assert figure(out, "volume of PostgreSQL", 2) == pytest.approx(
        sum(figure(out, f"{what} (PostgreSQL)", 3) for what in ("replies", "vectors' memo")), rel=0.05
    )


def test_no_cluster_is_named_where_none_is_enough():
    done = scale("--set", "hours_for_a_day=4")
    assert done.returncode == 0, done.stderr
    assert "none are enough" in done.stdout
    assert "vLLM servers, one GPU each" not in done.stdout


def test_another_value_moves_what_rests_on_it_and_an_unknown_name_is_an_error():
    done = scale("--set", "articles_an_hour=5")
    assert done.returncode == 2
    assert "no constant 'articles_an_hour'" in done.stderr


@pytest.mark.parametrize("one", MEASURED, ids=[one["name"] for one in MEASURED])
def test_a_measured_constant_stands_in_its_page(one):
    page = (DOCS / one["page"]).read_text(encoding="utf-8")
    assert one["says"] in " ".join(page.split()), f"{one['page']} says something else now"
    numbers = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", one["says"])]
    assert any(float(one["value"]) == pytest.approx(number * one.get("times", 1.0)) for number in numbers), one["says"]
    program = re.search(r"benchmarks/\w+\.py", one["source"])
    assert program and (ROOT / program[0]).is_file()


def test_the_settings_that_are_named_exist():
    recipe = load_recipe("asknews_ner_v0")
    page = (DOCS / "scale.md").read_text(encoding="utf-8")
    known = (DOCS / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+|ASKNEWS_NER_[A-Z_]+)`", page))
    assert len(named) > 20
    for name in sorted(named):
        if name.startswith("ASKNEWS_NER_"):
            assert f"`{name}`" in known or f"`{name.replace('ASKNEWS_NER', '')}`" in known, name
        elif not name.endswith((".py", ".md", ".sqlite")) and not name.startswith("concurrency."):
            value = recipe
            for part in name.split("."):
                value = getattr(value, part)


def test_what_is_called_the_recipe_s_is_the_recipe_s():
    recipe = load_recipe("asknews_ner_v0")
    chosen = {one["name"]: float(one["value"]) for one in INPUTS if one["kind"] == "chosen"}
    assert chosen["sample_size"] == recipe.sample.size
    assert chosen["window_hours"] == recipe.windows.length
    assert chosen["copies_hours"] == recipe.copies.max_hours
