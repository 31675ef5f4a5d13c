#!/usr/bin/python3
"""Is an OpenAPI document a valid one, and is what a server says in JSON as the document states? Two independent judges say
so: the meta schema of OpenAPI (Debian's openapi-specification) and the validator of python3-jsonschema.

    check_openapi.py DOCUMENT CASES

CASES is a list of {"where": ..., "value": ...} with either "schema", the name of a component, or "method", "target" (the
address that was asked, without the host) and "status": then the value is the answer of that operation. Where "valid" is
false, the schema must refuse the value. Prints what is wrong; the exit code is 1 then."""

import datetime
import json
import re
import sys

import jsonschema

META_SCHEMA = "/usr/share/openapi-specification/schemas/v3.0/schema.json"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_time(value):
    if not isinstance(value, str):
        return True
    if not TIME.fullmatch(value):
        raise ValueError(f"{value} is no time")
    datetime.datetime.fromisoformat(value[:19])
    return True


def without_schemas(value):
    """The document as OpenAPI 3.0 has it too: the two versions differ in their schemas, not in what is around them."""
    if isinstance(value, list):
        return [without_schemas(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: {} if name == "schema" else without_schemas(member) for name, member in value.items()}


def problems_of_document(document):
    outline = without_schemas(document)
    outline["openapi"] = "3.0.3"
    outline["components"]["schemas"] = {}
    outline.pop("webhooks", None)  # which only 3.1 has
    with open(META_SCHEMA, encoding="utf-8") as file:
        meta_schema = json.load(file)
    for problem in jsonschema.Draft4Validator(meta_schema).iter_errors(outline):
        yield f"the document, {'/'.join(map(str, problem.absolute_path))}: {problem.message[:300]}"
    for where, schema in schemas_in(document):
        for problem in jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(schema):
            yield f"the schema {where}: {problem.message[:300]}"
    yield from dead_references(document, document)
    yield from problems_of_paths(document["paths"])


def schemas_in(document):
    yield from document["components"]["schemas"].items()

    def within(value, where):
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from within(item, f"{where}/{number}")
        elif isinstance(value, dict):
            for name, member in value.items():
                if name == "schema":
                    yield f"{where}/schema", member
                else:
                    yield from within(member, f"{where}/{name}")

    for part in ("paths", "webhooks"):
        yield from within(document.get(part, {}), part)


def dead_references(document, value):
    if isinstance(value, list):
        for item in value:
            yield from dead_references(document, item)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and find(document, reference) is None:
            yield f"{reference} leads nowhere"
        for member in value.values():
            yield from dead_references(document, member)


def find(document, reference):
    place = document
    for name in reference.removeprefix("#/").split("/"):
        place = place.get(name.replace("~1", "/").replace("~0", "~"))
        if place is None:
            return None
    return place


def problems_of_paths(paths):
    """What the meta schema cannot say: every parameter of a path is described, and operations have names of their own."""
    names = set()
    for path, item in paths.items():
        named = re.findall(r"\{([^}]+)\}", path)
        for method, operation in item.items():
            described = [one["name"] for one in operation.get("parameters", []) if one.get("in") == "path"]
            if sorted(named) != sorted(described):
                yield f"{method} {path} describes the parameters {described}"
            if operation["operationId"] in names:
                yield f"{method} {path}: there are two operations {operation['operationId']}"
            names.add(operation["operationId"])


def path_of(paths, target):
    """The path that an address is of, or None: names before parameters, in any letter case."""
    asked = [segment.lower() for segment in target.partition("?")[0].split("/") if segment]
    found = []
    for path in paths:
        known = ["api"] + [segment for segment in path.split("/") if segment]
        if known[-1] == "{filepath}":
            known += ["{}"] * (len(asked) - len(known))
        is_parameter = [segment.startswith("{") for segment in known]
        if len(known) == len(asked) and all(p or k.lower() == a for p, k, a in zip(is_parameter, known, asked)):
            found.append((is_parameter, path))
    return min(found)[1] if found else None


def schema_of(document, case):
    if "schema" in case:
        return {"$ref": f"#/components/schemas/{case['schema']}"}
    response = None
    operation = document["paths"].get(path_of(document["paths"], case["target"]), {}).get(case["method"].lower())
    if operation:
        response = operation["responses"].get(str(case["status"]))
    # Failures may be told together; what is answered where all goes well is told by its status.
    if response is None and case["status"] >= 400:
        response = document["components"]["responses"]["Failure"]
    if response is None:
        return None
    if "$ref" in response:
        response = find(document, response["$ref"])
    return response.get("content", {}).get("application/json", {}).get("schema")


class Judge:
    """Of the answers of a server with that document."""

    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)

    def problem_of(self, case):
        """What is wrong with the case, in one line, or None."""
        schema = schema_of(self.document, case)
        if schema is None:
            return f"{case['where']}: the document does not say what is answered with {case['status']}"
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=formats)
        problem = jsonschema.exceptions.best_match(validator.iter_errors(case["value"]))
        if not case.get("valid", True):
            return None if problem else f"{case['where']}: the schema takes what it should refuse"
        return problem and f"{case['where']}: {'/'.join(map(str, problem.absolute_path))}: {problem.message[:300]}"


def main(document_file, cases_file):
    with open(document_file, encoding="utf-8") as file:
        document = json.load(file)
    with open(cases_file, encoding="utf-8") as file:
        cases = json.load(file)
    judge = Judge(document)
    problems = list(problems_of_document(document)) + [problem for case in cases if (problem := judge.problem_of(case))]
    print("\n".join(problems[:40]))
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
