"""A hub of data sets on the loopback: the part of its HTTP interface that a push uses, with what was pushed kept in memory."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from asknews_ner_tests.integration.on_loopback import served

TOKEN = "hf_of_the_test"


@dataclass
class Hub:
    """Repositories by name: whether private, files by path, tags with their commit."""

    url: str = ""
    private: dict[str, bool] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def hub() -> Iterator[Hub]:
    """Serve until the block ends. Only TOKEN may write."""
    state = Hub()

    @web.middleware
    async def writers_only(request: web.Request, handler: Any) -> web.StreamResponse:
        state.paths.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "Invalid credentials"}, status=401)
        return await handler(request)

    def name_of(request: web.Request) -> str:
        return f"{request.match_info['owner']}/{request.match_info['name']}"

    async def create(request: web.Request) -> web.Response:
        body = await request.json()
        name = f"{body.get('organization') or 'me'}/{body['name']}"
        if name in state.files:
            return web.json_response({"error": "exists", "url": f"{state.url}/datasets/{name}"}, status=409)
        assert body["type"] == "dataset"
        state.private[name], state.files[name], state.tags[name] = body["visibility"] == "private", {".gitattributes": b""}, {}
        return web.json_response({"url": f"{state.url}/datasets/{name}", "name": name})

    async def refs(request: web.Request) -> web.Response:
        tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in state.tags[name_of(request)].items()]
        return web.json_response({"branches": [], "converts": [], "tags": tags})

    async def tree(request: web.Request) -> web.Response:
        files = state.files[name_of(request)]
        return web.json_response([{"type": "file", "path": path, "size": len(data), "oid": "0"} for path, data in files.items()])

    async def preupload(request: web.Request) -> web.Response:
        asked = (await request.json())["files"]
        return web.json_response({"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in asked]})

    async def validate(request: web.Request) -> web.Response:
        return web.json_response({"errors": [], "warnings": []})

    async def info(request: web.Request) -> web.Response:
        return web.json_response({"id": name_of(request), "sha": "0" * 40, "private": state.private[name_of(request)], "tags": []})

    async def commit(request: web.Request) -> web.Response:
        files, oid = state.files[name_of(request)], f"{len(state.commits) + 1:040d}"
        for line in (await request.text()).splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "header":
                state.commits.append(value["summary"])
            elif entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            else:
                assert entry["key"] == "deletedFile"
                del files[value["path"]]
        address = f"{state.url}/datasets/{name_of(request)}/commit/{oid}"
        return web.json_response({"commitUrl": address, "commitOid": oid, "hookOutput": ""})

    async def tag(request: web.Request) -> web.Response:
        state.tags[name_of(request)][(await request.json())["tag"]] = request.match_info["revision"]
        return web.json_response({})

    app = web.Application(client_max_size=2**28, middlewares=[writers_only])
    repo = "/api/datasets/{owner}/{name}"
    app.add_routes(
        [
            web.post("/api/repos/create", create),
            web.post("/api/validate-yaml", validate),
            web.get(repo, info),
            web.get(f"{repo}/revision/{{revision}}", info),
            web.get(f"{repo}/refs", refs),
            web.get(f"{repo}/tree/{{revision}}", tree),
            web.post(f"{repo}/preupload/{{revision}}", preupload),
            web.post(f"{repo}/commit/{{revision}}", commit),
            web.post(f"{repo}/tag/{{revision}}", tag),
        ]
    )
    with served(app) as address:
        state.url = address.removesuffix("/v1")
        yield state
