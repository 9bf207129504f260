"""How well the fidelity signals tell right summaries from wrong ones: NTREX-128, 78 news documents and their human translations into
eleven languages. Title and first five sentences of the English document stand as the summary of the document in a language.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/fidelity.py

First the thresholds of `annotate.fidelity` in the recipe `laptop`: by language, the median of the grounded share over right and wrong
pairs (the next document's summary), the share of right pairs that they keep, and the share of wrong pairs that they find. Then the risk of
`fidelity.weights`: AUROC by language and planted fault on every second document, and the weights that the other documents give."""

import pandas as pd
from fidelity_parts.pairs import documents, lead, pairs
from fidelity_parts.separation import counts, fitted, found_from, measure, table, weighted

from asknews_ner.annotate.checks.grounding import Kept, kept
from asknews_ner.recipe import LANGUAGES, FidelityParams, load_recipe

SENTENCES = 5


def is_below(row: Kept, params: FidelityParams) -> bool:
    """As the pipeline decides, by the two shares alone."""
    shares = ((row.grounded, row.compared, params.min_grounded), (row.numbers, row.numbers_compared, params.min_numbers))
    return any(share is not None and count >= params.min_count and share < least for share, count, least in shares)


def thresholds(texts: dict[str, dict[str, str]], params: FidelityParams) -> None:
    names = list(texts)
    limits = f"grounded {params.min_grounded}, numbers {params.min_numbers}, from {params.min_count} things on"
    print(f"{len(names)} documents; thresholds: {limits}")
    print("language   grounded, right  grounded, wrong  right kept  wrong found")
    sums = [0.0, 0.0]
    for language in LANGUAGES:
        right, wrong = [], []
        for number, name in enumerate(names):
            other = names[(number + 1) % len(names)]
            right.append(kept(texts[name][language], language, lead(texts[name]["en"], SENTENCES), "en"))
            wrong.append(kept(texts[name][language], language, lead(texts[other]["en"], SENTENCES), "en"))
        shares = sum(not is_below(row, params) for row in right) / len(names), sum(is_below(row, params) for row in wrong) / len(names)
        sums = [sums[0] + shares[0], sums[1] + shares[1]]
        middle = [pd.Series([row.grounded for row in rows if row.grounded is not None]).median() for rows in (right, wrong)]
        print(f"{language:<10}{middle[0]:>17.2f}{middle[1]:>17.2f}{shares[0]:>12.3f}{shares[1]:>13.3f}")
    print(f"{'mean':<44}{sums[0] / len(LANGUAGES):>12.3f}{sums[1] / len(LANGUAGES):>13.3f}")


def main() -> None:
    recipe, texts = load_recipe("laptop"), documents()
    thresholds(texts, recipe.annotate.fidelity)
    data = measure(pairs(texts, SENTENCES), recipe.fidelity)
    print(f"\npairs by fault in each language (untranslated: not in English): {counts(data)}")
    print("fidelity.weights fitted on every second document: " + ", ".join(f"{name}: {value:.2f}" for name, value in fitted(data).items()))
    sums = weighted(data, recipe.fidelity)
    print("AUROC of the recipe's weights on the other documents:\n" + table(data, sums))
    print(f"\nsuspect from a risk of {recipe.fidelity.suspect_from}, share of pairs:\n" + found_from(data, sums, recipe.fidelity))


if __name__ == "__main__":
    main()
