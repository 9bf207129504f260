"""Pushing a release to a hub of data sets, and saying beforehand what that would be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.dataset.release.errors import ReleaseError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that would go to the hub."""

    path: str
    size: int


def uploads(folder: Path) -> list[Upload]:
    """Every file of a release, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Upload(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]


def plan_lines(folder: Path, repository: str, private: bool, endpoint: str) -> Iterator[str]:
    """What a push would do, a line each."""
    files = uploads(folder)
    yield f"would push to {endpoint}/datasets/{repository} ({'private' if private else 'public'}), tag {folder.name}:"
    for file in files:
        yield f"  {file.size:>12,}  {file.path}"
    yield f"  {sum(file.size for file in files):>12,}  bytes in {len(files)} files; nothing was sent, add --no-dry-run to push"


def push(folder: Path, repository: str, private: bool, api: Any) -> str:
    """Make the repository if there is none, put the folder's files into it in one commit, and tag that with the version.

    `api`: a `huggingface_hub.HfApi`. Files that an earlier version had and this one has not are removed, so that the repository is the
    release. Gives the commit's address. Raises ReleaseError if the version is there already, and huggingface_hub's errors."""
    version = folder.name
    api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
    if any(tag.name == version for tag in api.list_repo_refs(repository, repo_type="dataset").tags):
        raise ReleaseError(f"{repository} has version {version} already: a version is pushed once; release the new files under another one")
    done = api.upload_folder(
        repo_id=repository, repo_type="dataset", folder_path=folder, commit_message=f"Release {version}", delete_patterns="*"
    )
    api.create_tag(repository, repo_type="dataset", tag=version, revision=done.oid, exist_ok=False)
    return str(done.commit_url)


def is_pushed(version: str, repository: str, api: Any) -> bool:
    """Whether a repository has this version. Raises ReleaseError where the hub does not answer."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        with _clearly(repository, api):
            return any(tag.name == version for tag in api.list_repo_refs(repository, repo_type="dataset").tags)
    except RepositoryNotFoundError:
        return False


def push_clearly(folder: Path, repository: str, private: bool, api: Any) -> str:
    """`push`, with the hub's errors as ReleaseError that says what to do."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        with _clearly(repository, api):
            return push(folder, repository, private, api)
    except RepositoryNotFoundError as error:
        raise _refused(repository, api, error) from error


@contextmanager
def _clearly(repository: str, api: Any) -> Iterator[None]:
    from httpx import HTTPError  # the hub's own errors are kinds of it
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled, RepositoryNotFoundError

    try:
        yield
    except RepositoryNotFoundError:
        raise
    except (HTTPError, HFValidationError, OfflineModeIsEnabled) as error:
        raise _refused(repository, api, error) from error


def _refused(repository: str, api: Any, error: Exception) -> ReleaseError:
    said = " ".join(str(error).split())
    return ReleaseError(
        f"the hub at {api.endpoint} did not take the release ({type(error).__name__}: {said}); HF_TOKEN must hold a token that may "
        f"write to {repository}"
    )
