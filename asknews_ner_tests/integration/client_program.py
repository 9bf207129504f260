"""Summarise numbered articles through a server: `client_program.py URL STORE COUNT`. Prints a digest of the table when it is done."""

import sys

from asknews_ner.annotate.chat import Endpoint
from asknews_ner.annotate.llm import LlmAnnotator
from asknews_ner.annotate.summaries import summarise
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.scripted_llm import MODEL

CONCURRENCY = 16


def main(url: str, store: str, count: int) -> None:
    choice = load_recipe("laptop").with_model(MODEL).annotate.summarise
    rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(count)]
    annotator = LlmAnnotator(Endpoint(url, "", CONCURRENCY, 30.0, 60.0), choice)
    made = summarise(rows, choice, annotator, ReplyStore(store), lambda *_: None)
    sys.stdout.write(content_hash(*(row.summary for row in made.outcome.kept)) + f" {len(made.outcome.kept)}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
