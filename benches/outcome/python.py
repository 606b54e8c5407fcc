"""Python's Instructor in one mode, for the rows of the outcome bench.

usage: python.py BASE_URL MODEL MODE RETRIES      (the key is in the environment, as API_KEY)
Reads tasks from stdin, one line of JSON each: {"text", "schema"}. Prints a line for each: {"value"} or {"error"}.

In Instructor 1.17 `max_retries=n` is n further attempts after the first one, as in the other rows.
"""

import datetime
import json
import os
import re
import sys
from typing import Annotated, Any, Literal, Optional, Union

import instructor
import openai
from pydantic import AwareDatetime, BaseModel, Field, create_model

FIELD = {
    "description": "description",
    "title": "title",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
}
SCALARS = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None}
FORMATS = {"date": datetime.date, "date-time": AwareDatetime}


class Models:
    """The Pydantic models of one schema, as a program in Python has them: the counterpart of to-zod.mjs.

    Unknown keys are ignored, which is the default of BaseModel.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.defs = schema.get("$defs", {})
        self.refs: dict[str, Any] = {}
        self.names: set[str] = set()
        self.optional: dict[type[BaseModel], set[str]] = {}
        self.root = self.annotation(schema, "Item") if schema.get("type") == "array" else self.model(schema, "Answer")
        for model in self.optional:
            model.model_rebuild(_types_namespace=self.refs)

    def annotation(self, schema: dict[str, Any], name: str) -> Any:
        """The annotation of a value; `name` is for a class that has no title."""
        if "$ref" in schema:
            return self.reference(schema["$ref"].removeprefix("#/$defs/"))
        made = self.plain(schema, name)
        # The title of an object is the name of its class.
        own = ("title",) if schema.get("type") == "object" else ()
        details = {to: schema[key] for key, to in FIELD.items() if key in schema and key not in own}
        return Annotated[made, Field(**details)] if details else made

    def plain(self, schema: dict[str, Any], name: str) -> Any:
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches:
            return Union[tuple(self.annotation(branch, name) for branch in branches)]
        if "const" in schema:
            return Literal[schema["const"]]
        if "enum" in schema:
            return Literal[tuple(schema["enum"])]
        kind = schema["type"]
        if isinstance(kind, list):
            return Union[tuple(self.plain({**schema, "type": one}, name) for one in kind)]
        if kind == "array":
            return list[self.annotation(schema["items"], name)]
        if kind == "object" and "properties" in schema:
            return self.model(schema, name)
        if kind == "object":
            return dict[str, self.annotation(schema["additionalProperties"], name)]
        return FORMATS.get(schema.get("format", ""), SCALARS[kind])

    def reference(self, name: str) -> Any:
        # A definition may contain itself: its name is resolved later.
        if name not in self.refs:
            self.refs[name] = name
            self.refs[name] = self.model(self.defs[name], name)
        return self.refs[name]

    def model(self, schema: dict[str, Any], name: str) -> type[BaseModel]:
        fields: dict[str, Any] = {}
        optional = set()
        for key, inner in schema["properties"].items():
            made = self.annotation(inner, camel(key))
            if key in schema.get("required", []):
                fields[key] = (made, ...)
            else:
                optional.add(key)
                fields[key] = (Optional[made], None)
        model = create_model(self.unique(schema.get("title") or constant(schema) or name), **fields)
        self.optional[model] = optional
        return model

    def unique(self, name: str) -> str:
        number = 1
        while (found := name if number == 1 else f"{name}{number}") in self.names:
            number += 1
        self.names.add(found)
        return found

    def value(self, parsed: Any) -> Any:
        """The answer as JSON. An optional member that is None is left out: that is how Pydantic represents it."""
        if isinstance(parsed, BaseModel):
            # Instructor derives a class from ours.
            ours = next(cls for cls in type(parsed).__mro__ if cls in self.optional)
            members = {key: getattr(parsed, key) for key in ours.model_fields}
            return {
                key: self.value(member)
                for key, member in members.items()
                if not (member is None and key in self.optional[ours])
            }
        if isinstance(parsed, dict):
            return {key: self.value(member) for key, member in parsed.items()}
        if isinstance(parsed, list):
            return [self.value(member) for member in parsed]
        if isinstance(parsed, datetime.date):
            return parsed.isoformat()
        return parsed


def camel(key: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[^a-zA-Z0-9]+", key))


def constant(schema: dict[str, Any]) -> Optional[str]:
    """A name for one of several shapes: its constant."""
    values = (inner.get("const") for inner in schema["properties"].values())
    return next((camel(value) for value in values if isinstance(value, str)), None)


def main(base_url: str, model: str, mode: str, retries: str) -> None:
    connection = openai.OpenAI(base_url=base_url, api_key=os.environ["API_KEY"], max_retries=0)
    client = instructor.from_openai(connection, mode=instructor.Mode[mode])
    for line in sys.stdin:
        task = json.loads(line)
        try:
            models = Models(task["schema"])
            parsed = client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": task["text"]}],
                response_model=models.root,
                max_retries=int(retries),
            )
            outcome = {"value": models.value(parsed)}
        except Exception as error:
            outcome = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
