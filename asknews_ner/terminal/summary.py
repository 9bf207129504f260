"""The last lines of a run: a short table, what to mind, and where things are."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from rich.table import Table

from asknews_ner.annotate.estimate import Estimate
from asknews_ner.annotate.money import Budget
from asknews_ner.dataset.release.card import used_offline
from asknews_ner.evaluate.tables.gate import forgetting
from asknews_ner.factory.drop_folder import article_place
from asknews_ner.factory.scores import all_scores
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Cost, DatasetExample, Topic, TopicMember, known_countries
from asknews_ner.storage.atomic import write_text
from asknews_ner.terminal.runner import RunResult


def final_table(ws: Workspace, result: RunResult) -> Table:
    """Articles in, kept, rejected by reason, summaries, topics, sampled, labelled, examples by split, base and tuned F1."""
    ledger = result.ledger
    rows = ws.tables.read("dataset_examples", DatasetExample)
    topics = ws.tables.read("topics", Topic)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("articles in", str(ledger.total("arrivals")[0]))
    table.add_row("kept", str(ledger.total("duplicates")[1]))
    early = {
        reason: count
        for stage in ("arrivals", "articles", "clean_articles", "duplicates", "summaries")
        for reason, count in ledger.reasons.get(stage, {}).items()
    }
    table.add_row(
        "rejected",
        ", ".join(f"{reason.replace('_', ' ').lower()} {count}" for reason, count in sorted(early.items(), key=lambda p: -p[1])) or "none",
    )
    table.add_row("summaries", str(ledger.total("summaries")[1]))
    table.add_row("topics", f"{len(topics)}, of which {sum(topic.countries >= 3 for topic in topics)} span three countries or more")
    sampled = [row for row in ledger.counts if row.stage == "sample" and row.kept]
    table.add_row(
        "sampled",
        f"{ledger.total('sample')[1]} from {known_countries(row.country for row in sampled)} countries, "
        f"{len({row.language for row in sampled})} languages",
    )
    table.add_row("labelled", f"{ledger.total('entity_labels')[1]} ({sum(len(row.spans) for row in rows)} entities in the dataset)")
    table.add_row("examples", ", ".join(f"{split} {sum(row.split == split for row in rows)}" for split in ("train", "validation", "test")))
    costs = ws.tables.read("llm_costs", Cost)
    if prompt := sum(row.prompt_tokens for row in costs):
        priced = [row.usd for row in costs if row.usd is not None]
        cached, written = sum(row.cached_tokens for row in costs), sum(row.completion_tokens for row in costs)
        money = f"{sum(priced):,.4f} USD" if priced else "no price in the recipe"
        table.add_row("LLM", f"{prompt:,} tokens read ({cached / prompt:.0%} from the prefix cache), {written:,} written, {money}")
    for one in all_scores(ws):
        size = f" ({one.size})" if len(ws.recipe.sizes) > 1 else ""
        for benchmark in one.benchmarks:
            figures = [f"{s.model} {s.f1:.3f} ({s.f1_low:.2f}–{s.f1_high:.2f})" for s in one.overall if s.benchmark == benchmark]
            table.add_row(f"F1, {benchmark}{size}", ", ".join(figures))
        for row in one.comparisons:
            table.add_row(
                f"  {row.model} – {row.against}{size}", f"{row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f}) on {row.benchmark}"
            )
    return table


def estimate_lines(estimates: Sequence[Estimate], budget: Budget | None) -> Iterator[str]:
    """Requests, tokens, money and time by task, then what the figures rest on."""
    if not estimates:
        yield "all tasks are done by the offline annotator, which costs nothing"
        return
    form = "{:<12} {:>8} {:>8} {:>14} {:>14} {:>12} {:>10}  {}"
    yield form.format("task", "stored", "to ask", "prompt tokens", "answer tokens", "USD", "time", "model")
    for row in estimates:
        counts = [f"{value:,}" for value in (row.stored, row.to_ask, row.prompt_tokens, row.completion_tokens)]
        money = "no price" if row.usd is None else f"{row.usd:,.4f}"
        time = "not known" if row.seconds is None else f"{row.seconds / 60:,.1f} min"
        yield form.format(row.task, *counts, money, time, row.model)
    for row in estimates:
        yield f"{row.task}: {row.basis}"
    if budget is not None:
        yield f"in all {sum(row.usd or 0.0 for row in estimates):,.4f} USD; the budget is {budget.usd:g} USD in 24 hours"


def warnings_of(ws: Workspace, result: RunResult) -> list[str]:
    """What a reader of the figures must know."""
    found = []
    if result.ledger.faults:
        found.append(f"counts do not add up at: {'; '.join(result.ledger.faults[:5])}")
    if result.failed_checks:
        found.append(f"{len(result.failed_checks)} checks failed, as said above; the pages of their assets in the web UI show the tables")
    if used_offline(ws.tables.read("dataset_examples", DatasetExample)):
        found.append(
            "made with the offline annotator (extractive summaries, rule-made labels): this shows that the pipeline works; for the "
            "real dataset set ASKNEWS_NER_LLM_URL and ASKNEWS_NER_LLM_MODEL to an OpenAI-compatible server"
        )
    for one in all_scores(ws):
        found += [
            f"{one.size}: after tuning, F1 on {verdict.benchmark} is {-100 * verdict.difference:.1f} points lower, beyond the noise"
            for verdict in forgetting(one, ws.recipe.evaluate.gate).judged
            if verdict.sure
        ]
    members = ws.tables.read("topic_members", TopicMember)
    noise = sum(not member.topic_id for member in members)
    if members and noise / len(members) > ws.recipe.windows.warn_unclustered_share:
        found.append(
            f"{noise} of {len(members)} articles ({noise / len(members):.0%}) are in no topic: the windows hold too few articles that tell "
            "the same story; take longer windows (recipe `archive` has windows of equal count) or more articles"
        )
    return found


def write_provenance(ws: Workspace, result: RunResult) -> None:
    """Run ids, clocks and seconds, in a file of their own: everything else is the same for the same inputs."""
    now = dt.datetime.now(dt.UTC)
    facts = {
        "finished_at": now.isoformat(timespec="seconds"),
        "recipe": ws.recipe.name,
        "recipe_fingerprint": ws.recipe.fingerprint(),
        "articles": article_place(ws),
        "dagster_runs": result.run_ids,
        "seconds": result.seconds,
        "rows": {name: {"computed": t.computed, "from_memo": t.from_memo, "unchanged": t.reused} for name, t in result.tallies.items()},
    }
    write_text(ws.provenance / f"{now.strftime('%Y%m%dT%H%M%SZ')}.json", json.dumps(facts, indent=1) + "\n")
