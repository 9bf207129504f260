"""Where the output of steps is kept: named in dagster.yaml, so that one file serves a laptop and a cluster."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._serdes import ConfigurableClassData

from asknews_ner.orchestration.settings import from_environment
from asknews_ner.storage.objects import LOGS, parse_url

_UPLOAD_SECONDS = 30


class ComputeLogs(LocalComputeLogManager):
    """Dagster's own managers of logs: the one for S3 (`logs/` below ASKNEWS_NER_OUTPUTS) where outputs lie in an object store, so that a
    web server on another machine shows them; else the local one, in DAGSTER_HOME."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Any:
        """The manager that fits the environment. Raises ObjectStoreError for an address that is none."""
        settings = from_environment()
        if not settings.outputs:
            folder = config_value.get("base_dir") or str(Path(os.environ.get("DAGSTER_HOME") or ".") / "storage")
            return LocalComputeLogManager(folder, inst_data=inst_data)
        from dagster_aws.s3.compute_log_manager import S3ComputeLogManager  # seconds, and only needed here

        bucket, prefix = parse_url(settings.outputs)
        return S3ComputeLogManager(
            bucket=bucket,
            prefix=f"{prefix}/{LOGS}".strip("/"),
            local_dir=tempfile.gettempdir(),  # who shows a log fetches it to there first, and a web server may write nowhere else
            endpoint_url=settings.s3_endpoint or None,
            skip_empty_files=True,
            upload_interval=_UPLOAD_SECONDS,
            inst_data=inst_data,
        )

    @classmethod
    def config_type(cls) -> Any:
        """`base_dir` may be left out: `storage` in DAGSTER_HOME, as Dagster has it."""
        from dagster import Field, StringSource

        return {"base_dir": Field(StringSource, is_required=False)}
