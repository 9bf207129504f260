"""Does measured similarity pick the related language from which a model transfers best?

    ASKNEWS_NER_SHARED=<folder> python benchmarks/transfer_choice.py [--rows 1500]

Languages of MasakhaNER 2 (all with the same four types). The study's small tagger is trained on the first rows of each, and scored
without a row of the target on the target's dev split. Printed for each target: the study's own pair, the pick by similarity, the best
language by measured F1, the F1 of the three and of the mean of all, and the rank correlation (rho) of similarity and F1."""

import argparse
import os
import random
from pathlib import Path
from statistics import mean

import torch
from scipy.stats import spearmanr

from asknews_ner.low_resource.human import read_human
from asknews_ner.low_resource.languages import LANGUAGES
from asknews_ner.low_resource.study.grid import carved
from asknews_ner.low_resource.study.transfer import similarities
from asknews_ner.recipe import load_recipe
from asknews_ner.train.characters.fit import CharacterFitParams, fit_tagger, span_f1
from asknews_ner.train.characters.tagger import CharacterTagger, new_tagger, tag_words
from asknews_ner.train.tokens.rows import classes_of

CODES = ("ibo", "yor", "swa", "zul", "xho", "nya", "tsn", "pcm")
SPLITS = ("train", "dev")
SEED = 3535
FORM = "{:<7} {:<6} {:<8} {:<5} {:>12} {:>11} {:>8} {:>6} {:>6}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1500)
    given = parser.parse_args()
    torch.set_num_threads(1)
    folder, study = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks", load_recipe("laptop").low_resource.study
    tags = LANGUAGES["swa"].tags
    read = {(code, split): read_human(folder / f"masakhaner2_{code}" / f"{split}.jsonl.gz", tags) for code in CODES for split in SPLITS}
    train, dev = ({code: read[code, split].sentences for code in CODES} for split in SPLITS)
    params = study.train
    fit = CharacterFitParams(
        params.related_epochs, 0, None, params.batch_size, params.learning_rate, params.weight_decay, 0.0, params.max_gradient_norm, SEED
    )
    taggers: dict[str, CharacterTagger] = {}
    for code in CODES:
        rows, validation = carved(random.Random(SEED).sample(train[code], len(train[code]))[: given.rows], params.validation_share)
        taggers[code] = new_tagger(params.characters, classes_of(list(LANGUAGES["swa"].types)), SEED)
        fit_tagger(taggers[code], [(row.tokens, row.tags) for row in rows], [(row.tokens, row.tags) for row in validation], fit)
    print(FORM.format("target", "study", "similar", "best", "F1 of study", "of similar", "of best", "mean", "rho"))
    losses, gains, correlations = [], [], []
    for target in CODES:
        others = [code for code in CODES if code != target]
        words, gold = [row.tokens for row in dev[target]], [row.tags for row in dev[target]]
        f1 = {code: 100 * span_f1(gold, tag_words(taggers[code], words)) for code in others}
        ranked = similarities(train[target], {code: train[code] for code in others}, study.transfer)
        pick, best = ranked[0].language, max(others, key=lambda code: f1[code])
        named = LANGUAGES[target].related if target in LANGUAGES else ""
        rho = float(spearmanr([one.score for one in ranked], [f1[one.language] for one in ranked]).statistic)
        losses.append(f1[best] - f1[pick])
        gains.append(f1[pick] - mean(f1.values()))
        correlations.append(rho)
        shown = f"{f1[named]:.1f}" if named in f1 else "–"
        figures = (f"{number:.1f}" for number in (f1[pick], f1[best], mean(f1.values())))
        print(FORM.format(target, named or "–", pick, best, shown, *figures, f"{rho:.2f}"), flush=True)
    print(f"the pick loses {mean(losses):.1f} points against the best and gains {mean(gains):.1f} on the mean of all")
    print(f"mean rank correlation {mean(correlations):.2f}")


if __name__ == "__main__":
    main()
