"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

Articles = Annotated[
    str | None,
    typer.Option(help="File or folder of articles, or s3://bucket/prefix: JSONL, CSV, Parquet, plain or .gz. Default: the shipped sample."),
]
RecipeName = Annotated[str, typer.Option(help="Shipped recipe (see `asknews-ner recipes`) or path of a YAML file.")]
WorkspaceOption = Annotated[Path | None, typer.Option(help="Folder for tables, dataset, models and report. Default: data/<recipe>.")]
LlmUrl = Annotated[str | None, typer.Option(help="OpenAI-compatible server, ending in /v1 (or ASKNEWS_NER_LLM_URL).")]
Serve = Annotated[
    str | None, typer.Option(help="Instead of a server's address: serve this model (hub name or folder) with vLLM while the run lasts.")
]
LlmModel = Annotated[str | None, typer.Option(help="Its model, for all tasks (or ASKNEWS_NER_LLM_MODEL).")]

AT_ONCE = {"ASKNEWS_NER_SETTLE_SECONDS": "0"}
"""Who calls a command has finished writing the files of articles; the web UI and its sensors wait for them to be still."""

WORKSPACE_ADVICE = "free space or permissions are missing, or something is in its way; mend that, or name another folder with --workspace"
