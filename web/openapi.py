"""The description of the API (OpenAPI 3.1), made of the declarations of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from frigate_ext import __version__
from frigate_ext.domain.account import Role
from web.declare import Access, Media, Reply, Route
from web.documents.base import ProblemDocument
from web.idempotency import HEADER, PATTERN
from web.problems import CONTENT_TYPE

Schema = dict[str, Any]

_KEY: Schema = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A name of your own for this request: sent again within a day, it makes nothing new.",
    "schema": {"type": "string", "pattern": PATTERN},
}
_REF = "#/components/schemas/{model}"
_VALUE = re.compile(r"<(?:(\w+):)?(\w+)>")
_ROLES = {
    None: "Open to anybody.",
    Role.VIEWER: "For viewers and admins.",
    Role.ADMIN: "For admins.",
}
_INTRODUCTION = (
    "Watch jobs, their looks and alerts, cameras and events, beside the routes that clients of Frigate use. "
    "Times are epoch seconds, durations seconds, boxes x1, y1, x2, y2 in pixels of the detect frame. Lists "
    "come newest first; where `next` is not null, pass it as `cursor` for the page after."
)


def describe(routes: Iterable[Route]) -> Schema:
    """Return the OpenAPI document of the routes that are part of the API."""
    chosen = [route for route in routes if route.described]
    keys = sorted({key for route in chosen for key in _models(route)}, key=lambda key: key[0].__name__)
    refs, definitions = models_json_schema(keys, schema_generator=_Generator, ref_template=_REF)
    paths: Schema = {}
    for route in chosen:
        paths.setdefault(_template(route.path), {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "frigate_ext", "version": __version__, "description": _INTRODUCTION},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Generator(GenerateJsonSchema):
    """Names of our own code, and titles that repeat them, are nothing to clients."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - never
        return False


Refs = Mapping[Any, Schema]
"""By model and mode."""


def _models(route: Route) -> Iterator[tuple[type[BaseModel], JsonSchemaMode]]:
    if route.body is not None:
        yield route.body.model, "validation"
    for reply in (route.reply, route.refusal, ProblemDocument, *route.also.values()):
        if isinstance(reply, type):
            yield reply, "serialization"


def _operation(route: Route, refs: Refs) -> Schema:
    operation: Schema = {
        "operationId": route.endpoint.replace(".", "_"),
        "tags": [route.tag],
        "summary": route.summary,
        "description": "\n\n".join(filter(None, [route.description, _who(route.access)])),
        "parameters": [
            *_path_parameters(route.path),
            *_query_parameters(route.query),
            *([_KEY] if route.takes_key else []),
        ],
        "responses": {str(status): reply for status, reply in sorted(_responses(route, refs))},
        "security": [] if route.access.role is None else [{"key": []}],
        "x-role": route.access.role or "public",
    }
    if route.body is not None:
        schema = refs[route.body.model, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _who(access: Access) -> str:
    limited = access.camera_of is not None or access.scoped
    within = " Those limited to some cameras see nothing of the others." if limited else ""
    return _ROLES[access.role] + within


def _template(path: str) -> str:
    return _VALUE.sub(r"{\2}", path)


def _path_parameters(path: str) -> Iterator[Schema]:
    for kind, name in _VALUE.findall(path):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(model: type[BaseModel] | None) -> Iterator[Schema]:
    if model is None:
        return
    whole = model.model_json_schema(schema_generator=_Generator)
    for name, schema in whole.get("properties", {}).items():
        parameter = {"name": name, "in": "query", "required": name in whole.get("required", ())}
        described = _inlined(schema, whole.get("$defs", {}))
        if text := described.pop("description", None):
            parameter["description"] = text
        if described.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        yield parameter | {"schema": described}


def _inlined(schema: Schema, definitions: Schema) -> Schema:
    """Parameters are small: without references, and without the null that stands for *not given*."""
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in schema:
        (kind,) = (one for one in schema["anyOf"] if one.get("type") != "null")
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
        return _inlined(kind, definitions) | rest
    if "items" in schema:
        schema = schema | {"items": _inlined(schema["items"], definitions)}
    kept = {key: value for key, value in schema.items() if key != "title"}
    return kept | {"default": list(kept["default"])} if isinstance(kept.get("default"), tuple) else kept


def _responses(route: Route, refs: Refs) -> Iterator[tuple[int, Schema]]:
    for status, reply in {route.status: route.reply, **route.also}.items():
        yield status, _response("Done." if status < 400 else "Not just now.", reply, refs)  # noqa: PLR2004
    if isinstance(route.reply, Media) and route.reply.types[0].startswith("image/"):
        yield 206, _response("The part that was asked for.", route.reply, refs)
        yield 304, {"description": "Not changed since."}
        yield 416, _response("No such part.", ProblemDocument, refs)
    refusal = route.refusal or ProblemDocument
    for status, words in _errors(route).items():
        if status not in route.also:
            yield status, _response(words, refusal, refs)


def _response(words: str, reply: Reply, refs: Refs) -> Schema:
    if reply is None:
        return {"description": words}
    if isinstance(reply, Media):
        return {"description": words, "content": {kind: {} for kind in reply.types}}
    kind = CONTENT_TYPE if reply is ProblemDocument else "application/json"
    return {"description": words, "content": {kind: {"schema": refs[reply, "serialization"]}}}


def _errors(route: Route) -> dict[int, str]:
    """What may go wrong, as it follows from the declaration."""
    errors = {421: "Asked by a name that is not ours.", 503: "Not just now."}
    if route.access.role is not None:
        errors |= {401: "No valid key or session.", 403: "Not for your role.", 429: "Too many attempts."}
    if "<" in route.path or route.refusal is not None:
        errors[404] = "There is no such thing."
    if route.query is not None or route.body is not None:
        errors[422] = "A field or parameter is wrong."
    if route.body is not None:
        errors |= {400: "No JSON object.", 408: "Too slow.", 413: "Too large.", 415: "Not sent as JSON."}
    if route.method != "GET":
        errors[403] = "Asked for by another site's page, or not for your role."
    if route.conflicts:
        errors[409] = "The state of things does not allow it: " + ", ".join(route.conflicts) + "."
    return errors
