"""A tus server (tuspyserver) with the archive's address for records, as a program of its own.

`tus_server.py PORT FOLDER`: uploads that are complete are put under FOLDER by their `key`. The
file FOLDER.fault holds {"method", "path", "status", "headers"}: requests that match are answered
so. The password is "right", or what stands in the file FOLDER.password.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from tuspyserver import create_tus_router


def _login(root: Path) -> str:
    """What a request has to show now."""
    place = root.with_name(f"{root.name}.password")
    password = place.read_text(encoding="utf-8") if place.exists() else "right"
    return "Basic " + base64.b64encode(f"court:{password}".encode()).decode("ascii")


def make_app(root: Path) -> FastAPI:
    """The server over `root`."""
    app = FastAPI()

    @app.middleware("http")
    async def guarded(request: Request, call_next):  # type: ignore[no-untyped-def]
        if request.headers.get("authorization") != _login(root):
            return Response(status_code=401)
        place = root.with_name(f"{root.name}.fault")
        if place.exists():
            fault = json.loads(place.read_text(encoding="utf-8"))
            if request.method == fault["method"] and fault["path"] in request.url.path:
                return Response(status_code=fault["status"], headers=fault.get("headers"))
        return await call_next(request)

    def arrived(file: str, metadata: dict[str, str]) -> None:
        target = root / metadata["key"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.link(file, target)

    app.include_router(
        create_tus_router(
            prefix="files",
            files_dir=str(root.with_name(f"{root.name}.uploads")),
            on_upload_complete=arrived,
        )
    )

    @app.api_route("/records/{key:path}", methods=["GET", "HEAD"])
    def fetch(key: str) -> Response:
        path = root / key
        return FileResponse(path) if path.is_file() else Response(status_code=404)

    @app.put("/records/{key:path}")
    async def put(key: str, request: Request) -> Response:
        path = root / key
        if path.exists():
            return Response(status_code=412)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(await request.body())
        return Response(status_code=201)

    @app.delete("/records/{key:path}")
    def delete(key: str) -> Response:
        path = root / key
        if not path.is_file():
            return Response(status_code=404)
        path.unlink()
        return Response(status_code=204)

    return app


if __name__ == "__main__":
    uvicorn.run(
        make_app(Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning"
    )
