"""Resources: settings that Dagster shows and lets you change. They open nothing; a step opens what it needs."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import dagster as dg
from pydantic import Field

from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.llm.vllm_server import VllmSettings, shared
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.acquirer import Acquirer
from asknews_ner.orchestration.object_store import ObjectStore
from asknews_ner.orchestration.ray_cluster import RayCluster
from asknews_ner.orchestration.run_launcher import mark_as_alive
from asknews_ner.orchestration.settings import Settings, secret
from asknews_ner.orchestration.training_launcher import KubernetesPlace, RayPlace, TrainingLauncher
from asknews_ner.orchestration.workspace_use import together
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.storage.locks import silent


class ManagedVllm(dg.Config):
    """A vLLM server of the run's own: started when a step asks a model, stopped with the run's process. Needs the extra `gpu`.

    For single runs: each run of the web UI is a process and would load the model anew, so there a server that stays is better."""

    model: str = Field(default="", description="hub name or folder; empty: no server is started")
    revision: str = Field(default="", description="commit or tag on the hub")
    executable: str = "vllm"
    dtype: str = "auto"
    max_model_len: int | None = Field(default=None, description="tokens; empty: as the model says")
    prefix_caching: bool = True
    guided_backend: str = Field(default="guidance", description="xgrammar 0.2.8 writes JSON that cannot be read under string lengths")
    tensor_parallel: int = Field(default=1, description="GPUs that share one copy of the model")
    data_parallel: int = Field(default=1, description="copies of the model")
    gpu_memory_utilization: float | None = None
    max_num_seqs: int | None = Field(default=None, description="sequences in one batch")
    more_arguments: list[str] = Field(default=[], description="further arguments of `vllm serve`")

    def settings(self) -> VllmSettings:
        """As the server's starter takes them; the key goes to the server by its environment."""
        values = self.model_dump() | {"revision": self.revision or None, "more_arguments": tuple(self.more_arguments)}
        key = secret("ASKNEWS_NER_LLM_API_KEY")
        return VllmSettings(**values, environment={"VLLM_API_KEY": key} if key else {})


class LlmServer(dg.ConfigurableResource):  # type: ignore[type-arg]
    """An OpenAI-compatible server (vLLM or another). Its key is read from ASKNEWS_NER_LLM_API_KEY when a request is made."""

    url: str = Field("", description="address ending in /v1; empty: only the offline annotator can work")
    urls_by_task: dict[str, str] = Field({}, description="other addresses for single tasks (summarise, label, name_topics, generate)")
    managed: ManagedVllm = Field(default_factory=ManagedVllm, description="instead of an address: a vLLM server of the run's own")
    model: str = Field("", description="replaces the recipe's models for all tasks")
    concurrency: int = Field(default=64, description="requests in flight")
    timeout_seconds: float = Field(default=600.0, description="for one answer")
    patience_seconds: float = Field(default=600.0, description="how long a request is repeated while the server is busy or away")
    budget_usd: float | None = Field(
        None, description="at most so much for all replies of 24 hours, by the recipe's prices; empty: no limit"
    )

    def endpoints(self, log: Path) -> dict[str, Endpoint]:
        """Endpoint by task, `default` for the rest. Starts the managed server, if there is one; its log goes to `log`."""
        url = shared(self.managed.settings(), log).url if self.managed.model else self.url
        places = {"default": url, **self.urls_by_task}
        key = secret("ASKNEWS_NER_LLM_API_KEY") or ""
        return {
            task: Endpoint(url, key, self.concurrency, self.timeout_seconds, self.patience_seconds) for task, url in places.items() if url
        }


class Qdrant(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The vector index: a server, or embedded in the workspace's folder if there is no address. It is opened by the step that uses it.

    The server's key is read from ASKNEWS_NER_QDRANT_API_KEY."""

    url: str = Field("", description="address of a Qdrant server; empty: embedded in the workspace's folder, one process at a time")
    engine: str = Field(
        "local", description="embedded: `local` (qdrant-client, to about 20,000 articles) or `edge` (Rust, the extra `edge`)"
    )


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One dataset in the making: folder, drop folder, recipe, and the servers it uses.

    ASKNEWS_NER_REPLIES_URL names the database of raw replies (SQLAlchemy address, it may hold a password); unset, they lie in a
    file beside the workspace."""

    root: str
    articles: str = Field(description="folder or file of articles, or s3://bucket/prefix")
    recipe: str
    settle_seconds: float = Field(0.0, description="files of articles on this disk are read once they have not changed for so long")
    tables: str = Field("", description="s3://bucket/prefix for all tables; empty: in the workspace's folder")
    outputs: str = Field(
        "", description="s3://bucket/prefix for dataset, releases, models, scores and report; empty: in the workspace's folder"
    )
    deny_list: str = Field("", description="file of articles and publishers to leave out; empty: deny_list.yaml beside the workspace")
    publishers: str = Field("", description="YAML file of publishers that are added to the shipped registry or replace its entries")
    benchmarks: str = ""
    llm: dg.ResourceDependency[LlmServer]
    objects: dg.ResourceDependency[ObjectStore]
    qdrant: dg.ResourceDependency[Qdrant]
    ray: dg.ResourceDependency[RayCluster]
    publish_to: str = Field("", description="repository of data sets on the hub, owner/name; empty: releases stay in the workspace")
    review: str = Field("", description="folder into which reviewers' exports are put; empty: review/verdicts in the workspace")
    sources: str = Field("", description="list of sources (YAML); empty: sources.yaml beside the workspace")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WorkspaceResource"]:
        """Resources are set up by the process of a run, before its first step: it says that it is alive, and waits for a command of the
        terminal that has the workspace alone. Sensors look without waiting."""
        mark_as_alive(context.instance, context.run_id)
        say = context.log.info if context.log else silent
        with together(Path(self.root).absolute(), say) if context.run_id else nullcontext():
            yield self

    def open(self) -> Workspace:
        """The workspace; raises RecipeError if the recipe or its ontology is not valid."""
        recipe = load_recipe(self.recipe)
        load_ontology(recipe.dataset.ontology)  # a fault in it must not show only when all articles are summarised
        managed = self.llm.managed
        if managed.model and (self.llm.url or self.llm.model):
            raise RecipeError("both a server of our own (ASKNEWS_NER_SERVE_MODEL) and ASKNEWS_NER_LLM_URL or _MODEL are set; unset one")
        if self.llm.model and not (self.llm.url or self.llm.urls_by_task):
            raise RecipeError("ASKNEWS_NER_LLM_MODEL is set without ASKNEWS_NER_LLM_URL; set the server's address too")
        if self.llm.model or managed.model:
            recipe = recipe.with_model(self.llm.model or managed.model, managed.revision or None)
        root = Path(self.root).absolute()
        remote = "://" in self.articles
        return Workspace(
            root=root,
            articles=root / "articles" if remote else Path(self.articles).absolute(),
            recipe=recipe,
            settle_seconds=self.settle_seconds,
            places=lambda: self.llm.endpoints(root / "provenance" / "vllm.log"),
            denied=Path(self.deny_list).absolute() if self.deny_list else None,
            own_publishers=Path(self.publishers).absolute() if self.publishers else None,
            qdrant_url=self.qdrant.url,
            qdrant_engine=self.qdrant.engine,
            qdrant_api_key=secret("ASKNEWS_NER_QDRANT_API_KEY"),
            budget_usd=self.llm.budget_usd,
            replies_url=secret("ASKNEWS_NER_REPLIES_URL") or "",
            review_folder=Path(self.review).absolute() if self.review else None,
            benchmarks=self.benchmarks,
            publish_to=self.publish_to,
            tables_mirror=self.objects.mirror(self.tables, root / "tables") if self.tables else None,
            published=self.objects.published(self.outputs) if self.outputs else None,
            articles_mirror=self.objects.mirror(self.articles, root / "articles") if remote else None,
            sources=Path(self.sources).absolute() if self.sources else None,
            mapper=self.ray.mapper(),
        )


def build_resources(settings: Settings) -> dict[str, dg.ConfigurableResource]:  # type: ignore[type-arg]
    """All resources of the code location."""
    llm = LlmServer(
        url=settings.llm_url,
        urls_by_task=settings.llm_urls,
        managed=ManagedVllm(model=settings.serve_model, executable=settings.vllm, more_arguments=settings.serve_arguments),
        model=settings.llm_model,
        budget_usd=settings.budget_usd,
        concurrency=settings.llm_concurrency,
    )
    objects = ObjectStore(endpoint=settings.s3_endpoint)
    qdrant = Qdrant(url=settings.qdrant_url, engine=settings.qdrant_engine)
    ray = RayCluster(address=settings.ray_cluster, gpus=settings.ray_gpus)
    return {
        "llm": llm,
        "objects": objects,
        "qdrant": qdrant,
        "ray": ray,
        "workspace": WorkspaceResource(
            root=settings.workspace,
            articles=settings.articles,
            recipe=settings.recipe,
            deny_list=settings.deny_list,
            publishers=settings.publishers,
            review=settings.review,
            benchmarks=settings.benchmarks,
            tables=settings.tables,
            settle_seconds=settings.settle_seconds,
            sources=settings.sources,
            publish_to=settings.night.repository,
            outputs=settings.outputs,
            llm=llm,
            objects=objects,
            qdrant=qdrant,
            ray=ray,
        ),
        "acquirer": Acquirer(asknews_url=settings.asknews_url, asknews_token_url=settings.asknews_token_url, objects=objects),
        "training_launcher": _training_launcher(settings),
    }


def _training_launcher(all_settings: Settings) -> TrainingLauncher:
    settings = all_settings.training
    kubernetes = KubernetesPlace(
        image=settings.image,
        namespace=settings.namespace,
        claim=settings.claim,
        mount=settings.mount,
        service_account=settings.service_account,
    )
    return TrainingLauncher(
        place=settings.place,
        threads=settings.threads,
        gpus=settings.gpus,
        kubernetes=kubernetes,
        ray=RayPlace(address=settings.ray_address),
        ray_cluster=all_settings.ray_cluster,
        ray_gpus=all_settings.ray_gpus,
    )
