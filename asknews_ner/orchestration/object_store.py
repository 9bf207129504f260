"""The object store as a resource: where it is. Its keys are AWS's own variables or profile, never part of a configuration."""

from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.objects import S3Folder, parse_url
from asknews_ner.storage.published import PublishedFolders


class ObjectStore(dg.ConfigurableResource):  # type: ignore[type-arg]
    """S3, or a server that speaks its protocol. Opened by the step that uses it.

    Keys are read as AWS's own programs read them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine's role."""

    endpoint: str = Field(default="", description="address of a server that speaks S3's protocol; empty: AWS")
    region: str = Field(default="", description="empty: as AWS_DEFAULT_REGION or the profile says")
    attempts: int = Field(default=5, description="of one request, before it counts as failed")

    def mirror(self, url: str, folder: Path) -> Mirror:
        """Files under `url` (s3://bucket/prefix), with copies in `folder`; one for all steps of a process. Raises ObjectStoreError."""
        bucket, prefix = parse_url(url)
        found = _mirror(self.endpoint, self.region, self.attempts, bucket, prefix, str(folder))
        found.look_again()
        return found

    def published(self, url: str) -> PublishedFolders:
        """Finished folders under `url`; one for all steps of a process. Raises ObjectStoreError."""
        bucket, prefix = parse_url(url)
        found = _published(self.endpoint, self.region, self.attempts, bucket, prefix)
        found.look_again()
        return found


@cache
def _published(endpoint: str, region: str, attempts: int, bucket: str, prefix: str) -> PublishedFolders:
    return PublishedFolders(S3Folder(_client(endpoint, region, attempts), bucket, prefix))


@cache
def _mirror(endpoint: str, region: str, attempts: int, bucket: str, prefix: str, folder: str) -> Mirror:
    return Mirror(S3Folder(_client(endpoint, region, attempts), bucket, prefix), Path(folder))


@cache
def _client(endpoint: str, region: str, attempts: int) -> Any:
    from dagster_aws.s3 import S3Resource  # seconds, and only needed where tables or articles lie in an object store

    return S3Resource(endpoint_url=endpoint or None, region_name=region or None, max_attempts=attempts).get_client()
