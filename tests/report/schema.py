#!/usr/bin/env python3
"""Documents against docs/edgeplan.schema.json: schema.py [FILE…], or standard input.

Beyond the schema, which lets later versions add: every key is one the schema lists, in its order; and no number is NaN or infinite.
"""
import json
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def refuse_constant(word):
    raise ValueError(f"{word} is no JSON")


def pairs(items):
    keys = [key for key, _ in items]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {key} stands twice")
    return dict(items)


def resolve(schema, root):
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def keys_in_order(value, schema, root, path, complain):
    schema = resolve(schema, root)
    if isinstance(value, list):
        for index, item in enumerate(value):
            keys_in_order(item, schema.get("items", {}), root, f"{path}[{index}]", complain)
    elif isinstance(value, dict) and "properties" in schema:
        listed = list(schema["properties"])
        unknown = [key for key in value if key not in listed]
        for key in unknown:
            complain(f"{path}.{key}: not in the schema")
        if not unknown and [key for key in listed if key in value] != list(value):
            complain(f"{path}: keys are not in the order of the schema")
        for key, item in value.items():
            if key in listed:
                keys_in_order(item, schema["properties"][key], root, f"{path}.{key}", complain)


def main():
    try:
        import jsonschema
    except ImportError:
        print("schema: python3-jsonschema not found", file=sys.stderr)
        return 77
    with open(os.path.join(ROOT, "docs", "edgeplan.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    found = []
    for name in sys.argv[1:] or ["-"]:
        text = sys.stdin.read() if name == "-" else open(name, encoding="utf-8").read()
        try:
            document = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=pairs)
        except ValueError as error:
            found.append(f"{name}: {error}")
            continue
        for error in validator.iter_errors(document):
            found.append(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
        keys_in_order(document, schema, schema, name, found.append)
    for complaint in found:
        print("schema:", complaint, file=sys.stderr)
    if found:
        return 1
    print("schema: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
