"""Subword tokens a word of the laptop's encoder (MiniLM), by language: 78 news documents and their human translations into eleven languages
(NTREX-128), and sentences of the shared NER sets in three more scripts.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/tokens_per_word.py

Also the words that hold a character its vocabulary lacks. A run's own table is `encoder_fit`."""

import gzip
import json

import pandas as pd
from benchmark_passages import passages, shared

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.recipe import LANGUAGES, load_recipe
from asknews_ner.train.gliner.subwords import encoder_subwords


def main() -> None:
    with gzip.open(shared() / "news" / "topic_labels.jsonl.gz", "rt") as lines:
        documents = {row["article_id"] for row in map(json.loads, lines) if row["kind"] == "parallel_document"}
    texts = {}
    for language in LANGUAGES:
        rows = pd.read_parquet(shared() / "news" / f"articles_{language}.parquet")
        texts[language] = list(rows[rows.article_id.isin(documents)].text)
    texts |= {name: [text for text, _ in passages(name)] for name in ("ilner_hindi", "ner_telugu", "masakhaner1_amh")}
    subwords = encoder_subwords(load_recipe("laptop").base_model("laptop"))
    for name, own in texts.items():
        counted = [pair for text in own for pair in subwords.count([word.surface for word in split_words(text)])]
        tokens, unknown = sum(count for count, _ in counted) / len(counted), sum(lacks for _, lacks in counted) / len(counted)
        print(f"{name:<16} {len(own):>5} texts {len(counted):>7} words   {tokens:.2f} tokens a word   {unknown:.1%} of words unknown")


if __name__ == "__main__":
    main()
