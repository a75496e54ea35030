"""GraphiQL, served from our own origin: nothing of a query reaches anybody else."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

ASSETS = Path(__file__).resolve().parent.parent / "node_modules"
FILES = {
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
    "graphiql.js": "graphiql/graphiql.min.js",
    "graphiql.css": "graphiql/graphiql.min.css",
}

EXAMPLE = """\
# Lizheng 理政 · a city answers its letters
#
# Under Headers below: "Accept-Language" is "en" or "zh";
# to act as somebody, add "Authorization": "Bearer …"
# with what `.venv/bin/lizheng token ROLE` prints.

query Mailboxes {
  mailboxes(search: "锦江", first: 3) {
    totalCount
    edges { node { id name level unit { code name } } }
  }
}
"""

_PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <title>Lizheng 理政 · GraphiQL</title>
    <link rel="stylesheet" href="/explorer/graphiql.css">
    <style>html, body, #explorer { height: 100%; margin: 0 }</style>
  </head>
  <body>
    <div id="explorer"></div>
    <script src="/explorer/react.js"></script>
    <script src="/explorer/react-dom.js"></script>
    <script src="/explorer/graphiql.js"></script>
    <script>
      const asked = new URLSearchParams(location.search);
      ReactDOM.createRoot(document.getElementById("explorer")).render(
        React.createElement(GraphiQL, {
          fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
          query: asked.get("query") ?? undefined,
          variables: asked.get("variables") ?? undefined,
          defaultQuery: EXAMPLE,
          defaultHeaders: '{"Accept-Language": "en"}',
          defaultEditorToolsVisibility: "headers",
        })
      );
    </script>
  </body>
</html>
"""


def is_installed() -> bool:
    """Whether the explorer's files are there (`make explorer`, which needs npm)."""
    return all((ASSETS / path).is_file() for path in FILES.values())


def page() -> str:
    """The explorer's page."""
    return _PAGE.replace("EXAMPLE", json.dumps(EXAMPLE))


async def asset(request: Request) -> Response:
    """One of the explorer's files; 404 for everything else."""
    path = FILES.get(request.path_params["name"])
    if path is None or not (ASSETS / path).is_file():
        raise HTTPException(404)
    return FileResponse(ASSETS / path, headers={"Cache-Control": "max-age=86400"})
