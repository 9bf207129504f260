"""What of Qdrant's REST protocol the vector index speaks, over qdrant-client's own local mode in a folder: `qdrant_stub.py PORT FOLDER`.

No Qdrant server is to be had as a package. This one lets the real client's path be tested: addresses, bodies, answers, an interrupted
connection, a restart with its points still there. It says nothing about Qdrant's speed, its cluster or its index; QDRANT_URL names a real
server for the same tests."""

import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from qdrant_client import QdrantClient, models

NOT_FOUND = 404


def app_over(client: QdrantClient) -> web.Application:
    """The application over a client in local mode."""
    app = web.Application(client_max_size=2**28)

    def name(request: web.Request) -> str:
        return request.match_info["name"]

    async def collections(_: web.Request) -> Any:
        return client.get_collections().model_dump(mode="json")

    async def exists(request: web.Request) -> Any:
        return {"exists": client.collection_exists(name(request))}

    async def create(request: web.Request) -> Any:
        body = await request.json()
        return client.create_collection(name(request), vectors_config=models.VectorParams(**body["vectors"]))

    async def drop(request: web.Request) -> Any:
        return client.delete_collection(name(request))

    async def index(_: web.Request) -> Any:
        return {"operation_id": 0, "status": "completed"}  # local mode filters without one

    async def upsert(request: web.Request) -> Any:
        points = [models.PointStruct(**point) for point in (await request.json())["points"]]
        return client.upsert(name(request), points=points).model_dump(mode="json")

    async def delete(request: web.Request) -> Any:
        body = await request.json()
        return client.delete(name(request), points_selector=models.PointIdsList(points=body["points"])).model_dump(mode="json")

    async def count(request: web.Request) -> Any:
        return client.count(name(request), exact=True).model_dump(mode="json")

    async def scroll(request: web.Request) -> Any:
        body = await request.json()
        records, offset = client.scroll(
            name(request),
            scroll_filter=_filter(body),
            limit=body["limit"],
            offset=body.get("offset"),
            with_payload=body["with_payload"],
            with_vectors=body["with_vector"],
        )
        return {"points": [record.model_dump(mode="json") for record in records], "next_page_offset": offset}

    async def query(request: web.Request) -> Any:
        body = await request.json()
        vector = body["query"]["nearest"]
        found = client.query_points(
            name(request), query=vector, limit=body["limit"], query_filter=_filter(body), with_payload=body["with_payload"]
        )
        return found.model_dump(mode="json")

    def answering(handler: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            if "name" in request.match_info and handler not in (exists, create, drop) and not client.collection_exists(name(request)):
                return web.json_response({"status": {"error": "Not found: Collection"}, "time": 0.0}, status=NOT_FOUND)
            try:
                return web.json_response({"result": await handler(request), "status": "ok", "time": 0.0})
            except ValueError as error:  # a vector of another length, a collection that is there already
                return web.json_response({"status": {"error": f"Wrong input: {error}"}, "time": 0.0}, status=400)

        return answer

    one = "/collections/{name}"
    app.add_routes([
        web.get("/collections", answering(collections)),
        web.get(f"{one}/exists", answering(exists)),
        web.put(one, answering(create)),
        web.delete(one, answering(drop)),
        web.put(f"{one}/index", answering(index)),
        web.put(f"{one}/points", answering(upsert)),
        web.post(f"{one}/points/delete", answering(delete)),
        web.post(f"{one}/points/count", answering(count)),
        web.post(f"{one}/points/scroll", answering(scroll)),
        web.post(f"{one}/points/query", answering(query)),
    ])  # fmt: skip
    return app


def _filter(body: dict[str, Any]) -> models.Filter | None:
    return models.Filter(**body["filter"]) if body.get("filter") else None


if __name__ == "__main__":
    web.run_app(app_over(QdrantClient(path=str(Path(sys.argv[2])))), host="127.0.0.1", port=int(sys.argv[1]), print=None)
