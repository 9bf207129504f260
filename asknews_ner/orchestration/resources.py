"""Resources: settings that Dagster shows and lets you change. They open nothing; a step opens what it needs."""

import json
import sys
from pathlib import Path

import dagster as dg
from pydantic import Field

from asknews_ner.annotate.chat import Endpoint
from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.job import write_job as write_score_job
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.settings import Settings, secret
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.train.job import BaseJob, TuneJob, write_job


class LlmServer(dg.ConfigurableResource):  # type: ignore[type-arg]
    """An OpenAI-compatible server (vLLM or another). Its key is read from ASKNEWS_NER_LLM_API_KEY when a request is made."""

    url: str = Field("", description="address ending in /v1; empty: only the offline annotator can work")
    urls_by_task: dict[str, str] = Field({}, description="other addresses for single tasks (summarise, label, name_topics, generate)")
    model: str = Field("", description="replaces the recipe's models for all tasks")
    concurrency: int = Field(default=64, description="requests in flight")
    timeout_seconds: float = Field(default=600.0, description="for one answer")
    patience_seconds: float = Field(default=600.0, description="how long a request is repeated while the server is busy or away")
    budget_usd: float | None = Field(
        None, description="at most so much for all replies of 24 hours, by the recipe's prices; empty: no limit"
    )

    def endpoints(self) -> dict[str, Endpoint]:
        """Endpoint by task, `default` for the rest."""
        places = {"default": self.url, **self.urls_by_task}
        key = secret("ASKNEWS_NER_LLM_API_KEY") or ""
        return {
            task: Endpoint(url, key, self.concurrency, self.timeout_seconds, self.patience_seconds) for task, url in places.items() if url
        }


class Qdrant(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The vector index: a server, or embedded in the workspace's folder if there is no address."""

    url: str = ""


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One dataset in the making: folder, drop folder, recipe, and the servers it uses.

    ASKNEWS_NER_REPLIES_URL names the database of raw replies (SQLAlchemy address, it may hold a password); unset, they lie in a
    file beside the workspace."""

    root: str
    articles: str
    recipe: str
    llm: dg.ResourceDependency[LlmServer]
    qdrant: dg.ResourceDependency[Qdrant]

    def open(self) -> Workspace:
        """The workspace; raises RecipeError if the recipe is not valid."""
        recipe = load_recipe(self.recipe)
        if bool(self.llm.model) != bool(self.llm.url or self.llm.urls_by_task) and self.llm.model:
            raise RecipeError("ASKNEWS_NER_LLM_MODEL is set without ASKNEWS_NER_LLM_URL; set the server's address too")
        if self.llm.model:
            recipe = recipe.with_model(self.llm.model)
        return Workspace(
            root=Path(self.root).absolute(),
            articles=Path(self.articles).absolute(),
            recipe=recipe,
            endpoints=self.llm.endpoints(),
            qdrant_url=self.qdrant.url,
            qdrant_api_key=secret("ASKNEWS_NER_QDRANT_API_KEY"),
            budget_usd=self.llm.budget_usd,
            replies_url=secret("ASKNEWS_NER_REPLIES_URL") or "",
        )


class TrainingLauncher(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Runs training and scoring jobs as programs of their own, through Dagster Pipes: their log lines and metrics come back."""

    threads: int = Field(default=0, description="threads of a job; 0 for one per core")

    def train(self, context: dg.AssetExecutionContext, job: BaseJob | TuneJob, folder: Path) -> None:
        """Run a training job to its end; raises if it fails."""
        path = folder / f"{Path(job.output).name}.json"
        write_job(job, path)
        self._run(context, "asknews_ner.train", path)

    def score(self, context: dg.AssetExecutionContext, job: ScoreJob, folder: Path) -> None:
        """Run a scoring job to its end; raises if it fails."""
        path = folder / "scores.json"
        write_score_job(job, path)
        self._run(context, "asknews_ner.evaluate", path)

    def _run(self, context: dg.AssetExecutionContext, module: str, path: Path) -> None:
        context.log.info(json.dumps({"program": module, "job": str(path)}))
        # A fixed hash seed: GLiNER draws negatives from sets, whose order would else differ from run to run.
        environment = {"PYTHONHASHSEED": "0", **({"OMP_NUM_THREADS": str(self.threads)} if self.threads else {})}
        client = dg.PipesSubprocessClient()
        client.run(context=context, command=[sys.executable, "-m", module, str(path)], env=environment)


def build_resources(settings: Settings) -> dict[str, dg.ConfigurableResource]:  # type: ignore[type-arg]
    """All resources of the code location."""
    llm = LlmServer(
        url=settings.llm_url,
        urls_by_task=settings.llm_urls,
        model=settings.llm_model,
        budget_usd=settings.budget_usd,
        concurrency=settings.llm_concurrency,
    )
    qdrant = Qdrant(url=settings.qdrant_url)
    return {
        "llm": llm,
        "qdrant": qdrant,
        "workspace": WorkspaceResource(root=settings.workspace, articles=settings.articles, recipe=settings.recipe, llm=llm, qdrant=qdrant),
        "training_launcher": TrainingLauncher(),
    }
