"""How often each entity type occurs in the dataset of a workspace, and what the rare-type policy of another recipe would change.

    python benchmarks/types_of_run.py data/laptop [min_spans]

prints the table `type_counts` (types that never occur by name only), then spans by type as they are, with rare types merged into their
parents, and with rare types dropped; a type is rare with fewer than `min_spans` (20) spans in the training split."""

import sys
from pathlib import Path

from asknews_ner.dataset.types.counts import ALL, count_types
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.dataset.types.rare import settle_rare_types
from asknews_ner.recipe import RareTypeParams, load_recipe
from asknews_ner.records import DatasetExample, TypeCount
from asknews_ner.storage.tables import TableStore


def main(workspace: Path, least: int) -> None:
    tables = TableStore(workspace / "tables")
    rows = [row for row in tables.read("type_counts", TypeCount) if row.split == ALL]
    if not rows:
        raise SystemExit(f"{workspace} has no table type_counts; run the pipeline there first")
    print(f"{'type':22}{'parent':22}{'spans':>7}{'articles':>10}{'languages':>11}{'countries':>11}{'surfaces':>10}")
    for row in sorted(rows, key=lambda row: -row.spans):
        if row.spans:
            print(f"{row.type:22}{row.parent:22}{row.spans:7}{row.articles:10}{row.languages:11}{row.countries:11}{row.surfaces:10}")
    never = [row.type for row in rows if not row.spans]
    print(f"never: {len(never)} of {len(rows)} types: {', '.join(never)}\n")
    examples, ontology = tables.read("dataset_examples", DatasetExample), load_ontology(load_recipe("laptop").dataset.ontology)
    counts = {}
    for action in ("keep", "merge_into_parent", "drop"):
        settled, changed = settle_rare_types(examples, ontology, RareTypeParams(min_spans=least, action=action))
        counts[action] = {row.type: row.spans for row in count_types(settled, changed, ontology) if row.split == ALL}
        removed = sum(not span.became for span in changed)
        print(f"{action}: {sum(counts[action].values())} spans; {len(changed) - removed} merged, {removed} removed")
    for name in sorted(counts["keep"], key=lambda name: (-counts["keep"][name], name)):
        if len({counts[action].get(name, 0) for action in counts}) > 1:
            print(f"  {name:22}" + "".join(f"{action} {counts[action].get(name, 0):<6}" for action in counts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
