"""Generate Danish sentences through a server: `generation_program.py URL ROOT HUMAN_DATA`. To be killed."""

import sys
from pathlib import Path

from asknews_ner.factory.low_resource_stage import refresh_language
from asknews_ner_tests.integration.generation import small_recipe, workspace
from asknews_ner_tests.integration.scripted_llm import MODEL


def main(url: str, root: str, human: str) -> None:
    done = refresh_language(workspace(Path(root), small_recipe(MODEL), url), Path(human), "da", lambda _: None)
    sys.stdout.write(f"{done.kept} {done.computed} {done.from_memo}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
