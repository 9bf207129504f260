"""The Ray cluster that works on batches of rows, as a resource: a place, which opens nothing."""

import dagster as dg
from pydantic import Field

from asknews_ner.batches.mapper import Mapper
from asknews_ner.batches.on_ray import mapper_at


class RayCluster(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Embedding, duplicates, extraction of archives, the offline annotator and scoring on a Ray cluster (extra `ray`)."""

    address: str = Field(
        default="",
        description="ASKNEWS_NER_RAY_CLUSTER: `host:6379` or `ray://host:10001`; empty: rows are worked on in the step's process",
    )
    gpus: float = Field(
        default=0.0, ge=0, description="ASKNEWS_NER_RAY_GPUS: GPUs, or a share of one, for a batch of embedding or scoring; 0: CPUs alone"
    )

    def mapper(self) -> Mapper:
        """Who works on batches; the cluster is connected when there is one."""
        return mapper_at(self.address, self.gpus)
