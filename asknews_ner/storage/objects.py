"""A folder in an object store that speaks S3: whole objects by name, told apart by their ETag.

One request puts an object, so that readers see the old one or the new one, never half of it; a multi-part upload that is closed by an
exception would publish what was sent so far (facts: dagster.md §3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.storage.atomic import replacing

MOST_BYTES = 5 * 1024**3
"""The biggest object that one request may put (S3's own limit)."""


LOGS = "logs/"
"""Where logs of runs lie below the prefix of outputs, if they lie in the object store."""

_CHANGED = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409", "NoSuchKey")
_NO_VERSIONS = ("NotImplemented", "MethodNotAllowed")


class ObjectStoreError(RuntimeError):
    """The object store cannot be used; the message says where, why, and what to do."""


class ObjectChangedError(ObjectStoreError):
    """Somebody else has written the object since it was looked at; theirs stands."""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of an object. `version`: empty for the last one, which readers see."""

    name: str
    version: str


@dataclass(frozen=True)
class S3Folder:
    """All objects of a bucket whose names start with `prefix/`. `client`: boto3's client for S3, handed in."""

    client: Any
    bucket: str
    prefix: str

    @property
    def url(self) -> str:
        """For people."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def key(self, name: str) -> str:
        """The object's whole name in the bucket."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def etags(self, under: str = "") -> dict[str, str]:
        """Name → ETag of all objects whose names start with `under`, in a listing that is up to date (S3 is consistent)."""
        start = self.key(under)
        skip = len(self.key(""))
        with self._told("listed"):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
            return {entry["Key"][skip:]: entry["ETag"].strip('"') for page in pages for entry in page.get("Contents", [])}

    def fetch(self, name: str, to: Path, version: str = "") -> str | None:
        """Put an object's bytes into a local file, as a whole; returns its ETag, None (and no file) if there is none.

        `version`: an older one, where the bucket keeps them."""
        with self._told(f"read ({name})"):
            try:
                answer = self.client.get_object(Bucket=self.bucket, Key=self.key(name), **({"VersionId": version} if version else {}))
            except self.client.exceptions.NoSuchKey:
                to.unlink(missing_ok=True)
                return None
            with replacing(to, flush=False) as temporary, temporary.open("wb") as out:
                for chunk in answer["Body"].iter_chunks(1024 * 1024):
                    out.write(chunk)
        return str(answer["ETag"]).strip('"')

    def put(self, name: str, file: Path, expected: str | None = None) -> str:
        """Replace an object by a local file's bytes, in one request; returns the new ETag.

        `expected`: the ETag of the object that is to be replaced, empty for none. Where the server knows conditional writes (AWS, MinIO,
        R2; rclone's does not), another object there makes this raise ObjectChangedError, and stays."""
        if file.stat().st_size > MOST_BYTES:
            raise ObjectStoreError(f"{file}: {file.stat().st_size} bytes are more than one request may put ({MOST_BYTES}); split it")
        condition = {} if expected is None else {"IfMatch": f'"{expected}"'} if expected else {"IfNoneMatch": "*"}
        with self._told(f"written ({name})", conditional=bool(condition)), file.open("rb") as body:
            return str(self.client.put_object(Bucket=self.bucket, Key=self.key(name), Body=body, **condition)["ETag"]).strip('"')

    def delete(self, name: str, version: str = "") -> None:
        """Remove an object (or one version of it for good); no fault if there is none."""
        with self._told(f"deleted ({name})"):
            self.client.delete_object(Bucket=self.bucket, Key=self.key(name), **({"VersionId": version} if version else {}))

    def versions(self, under: str = "") -> list[ObjectVersion]:
        """All versions of all objects whose names start with `under`; what a server without versions has, as the last ones.

        A delete marker is no version: it has no bytes."""
        from botocore.exceptions import ClientError

        skip = len(self.key(""))
        with self._told("listed with its versions"):
            try:
                pages = list(self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.key(under)))
            except ClientError as error:
                if error.response["Error"]["Code"] not in _NO_VERSIONS:
                    raise
                return [ObjectVersion(name, "") for name in self.etags(under)]
        found = [entry for page in pages for entry in page.get("Versions", [])]
        return [ObjectVersion(entry["Key"][skip:], "" if entry["IsLatest"] else entry["VersionId"]) for entry in found]

    @contextmanager
    def _told(self, doing: str, conditional: bool = False) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if conditional and code in _CHANGED:
                raise ObjectChangedError(f"{self.url} was not {doing}: somebody else wrote it meanwhile, and theirs stands") from error
            raise ObjectStoreError(f"{self.url} cannot be {doing}: {error}; {_advice(code)}") from error
        except BotoCoreError as error:
            raise ObjectStoreError(
                f"{self.url} cannot be {doing}: {error}; is the endpoint right (ASKNEWS_NER_S3_ENDPOINT, empty for AWS), and are "
                "credentials set (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a profile)?"
            ) from error


def _advice(code: str) -> str:
    if code in ("NoSuchBucket", "404"):
        return "make the bucket, or correct the address"
    if code in ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"):
        return "check the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a profile) and what they may do there"
    return "try again; the run can be repeated at no cost"


def parse_url(url: str) -> tuple[str, str]:
    """`s3://bucket/some/prefix` → (bucket, prefix without slashes around it). Raises ObjectStoreError for anything else."""
    scheme, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise ObjectStoreError(f"{url!r} is no place in an object store; write s3://bucket/prefix")
    return bucket, prefix.strip("/")
