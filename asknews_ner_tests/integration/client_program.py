"""Summarise numbered articles through a server: `client_program.py URL STORE COUNT`. Prints a digest of the table when it is done."""

import os
import sys

from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.summaries import summarise
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.scripted_llm import MODEL

CONCURRENCY = 16


def main(url: str, store: str, count: int) -> None:
    # One short attempt: a model of random weights seldom ends an answer, and its half ones are replies as well.
    recipe = load_recipe("laptop").with_model(MODEL)
    choice = recipe.annotate.summarise.model_copy(update={"attempts": 1, "max_output_tokens": 48})
    rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(count)]
    annotator = LlmAnnotator(Endpoint(url, os.environ["ASKNEWS_NER_LLM_API_KEY"], CONCURRENCY, 30.0, 300.0), choice)
    made = summarise(rows, choice, annotator, ReplyStore(store), lambda *_: None)
    table = [*(row.summary for row in made.outcome.kept), *(f"{row.key} {row.reason}" for row in made.outcome.rejected)]
    sys.stdout.write(f"{content_hash(*table)} {len(table)}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
