# A client that knows the daemon's API from its OpenAPI document only. Of each operation it sends what the document allows and what it
# doesn't, and holds every answer against it: its status, its content type, its body.
#   api_client.py URL SEED EXAMPLES
import gzip
import http.client
import json
import os
import re
import sys
import tempfile
import urllib.parse

scratch = tempfile.TemporaryDirectory()
os.environ[
    "HYPOTHESIS_STORAGE_DIRECTORY"
] = scratch.name  # else it leaves a folder wherever it runs

import jsonschema
from hypothesis import HealthCheck, given, seed, settings, strategies as st

URL, SEED, EXAMPLES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
# What these take can be refused for reasons that no schema tells: a name that can't be one, a time that is none, a shard
# beyond the last.
PARTICULAR = {
    "showEventsPage",
    "showFeed",
    "showMetrics",
    "showTenant",
    "showTenantPage",
    "showExplainPage",
    "listCollaborations",
    "listProbes",
    "explain",
    "lookUp",
    "probe",
    "drill",
    "redeliver",
}
# A long poll would take its time.
SHORT = {"wait": ["0ms", "1ms", "2ms"]}

connection = http.client.HTTPConnection(urllib.parse.urlsplit(URL).netloc, timeout=30)


class Answer:
    def __init__(self, method, target, headers):
        for attempt in (1, 2):
            try:
                connection.request(method, target, headers=headers)
                response = connection.getresponse()
                break
            except (
                http.client.RemoteDisconnected,
                ConnectionResetError,
                BrokenPipeError,
            ):  # after an answer that closes
                connection.close()
                if attempt == 2:
                    raise
        self.status, self.type, self.headers = (
            response.status,
            response.getheader("Content-Type"),
            response.headers,
        )
        body = response.read()
        if response.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.body = body.decode("utf-8")

    def __str__(self):
        return f"{self.status} {self.type}\n{self.body[:2000]}"


document = json.loads(Answer("GET", "/api/v1/openapi.json", {}).body)
resolver = jsonschema.RefResolver.from_schema(document)


def resolved(part):
    return resolver.resolve(part["$ref"])[1] if "$ref" in part else part


def holds(schema, value):
    return not any(jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value))


def check_document():
    assert document["openapi"].startswith("3.1.") and re.fullmatch(
        r"\d+\.\d+\.\d+", document["info"]["version"]
    )

    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            part = list(part.values())
        for one in part if isinstance(part, list) else []:
            yield from references(one)

    for reference in references(document):
        resolver.resolve(reference)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]
    assert len(names) == len(set(names)), names
    for path, operations in document["paths"].items():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            in_path = {p["name"] for p in parameters if p["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path)) and all(
                p["required"] for p in parameters if p["in"] == "path"
            )
            for parameter in parameters:
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
                assert "example" not in parameter or holds(
                    parameter["schema"], parameter["example"]
                ), parameter
            for response in operation["responses"].values():
                assert resolved(response)["description"]
                for content in resolved(response)["content"].values():
                    jsonschema.Draft202012Validator.check_schema(content["schema"])


def read(schema, text):
    """A parameter's text as what its schema describes; itself where it can't be that."""
    if schema.get("type") == "integer" and re.fullmatch(r"[0-9]+", text):
        return int(text)
    if schema.get("type") == "number" and re.fullmatch(r"[0-9]+([.][0-9]+)?(e[0-9]+)?", text):
        return float(text)
    return text


def good(parameter):
    schema = resolved(parameter["schema"])
    if parameter["name"] in SHORT:
        return st.sampled_from(SHORT[parameter["name"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "number":
        return st.sampled_from(["0.001", "0.75", "1", "2.5", "10", "1e2"])
    if schema["type"] == "integer":
        bounds = [
            schema["minimum"],
            schema["minimum"] + 1,
            schema["maximum"] - 1,
            schema["maximum"],
        ]
        return st.one_of(
            st.sampled_from(bounds),
            st.integers(schema["minimum"], 20),
            st.integers(schema["minimum"], schema["maximum"]),
        ).map(str)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    plain = st.characters(blacklist_categories=["Cs", "Cc"])  # control characters are nobody's
    examples = [st.just(parameter["example"])] * 3 if "example" in parameter else []
    return st.one_of(*examples, st.text(plain, min_size=schema.get("minLength", 0), max_size=40))


def bad(parameter):
    schema = resolved(parameter["schema"])
    odd = [
        "",
        " ",
        "0x10",
        "1e3",
        "+1",
        "-0",
        "-1",
        "1.0",
        " 1",
        "1 ",
        "\u0661",
        "null",
        "\x00",
        "a\nb",
        "%",
        "../..",
        "'\"<>&",
        "JSON",
        "18446744073709551616",
    ]
    near = (
        [str(schema["maximum"] + 1), str(schema["minimum"] - 1)]
        if schema.get("type") == "integer"
        else []
    )
    candidates = st.one_of(
        st.sampled_from(odd + near),
        st.text(st.characters(blacklist_categories=["Cs"]), max_size=20),
    )
    if parameter["in"] == "header":  # an empty one says nothing
        candidates = (
            st.one_of(st.sampled_from(odd), st.text(max_size=20))
            .map(str.strip)
            .filter(lambda text: re.fullmatch("[ -~]+", text))
        )
    return candidates.filter(
        lambda text: not holds(schema, read(schema, text)) or re.search(r"[\x00-\x1f\x7f]", text)
    )


def requests_of(operation):
    """(values by parameter, whether all is as the document says)"""

    @st.composite
    def one(draw):
        values, proper = {}, True
        for parameter in operation.get("parameters", []):
            choice = draw(st.sampled_from(["good"] * 5 + ["bad", "none", "none"]))
            if choice == "none":
                if parameter["in"] != "path":
                    proper = proper and not parameter.get("required")
                    continue
                choice = "good"
            values[parameter["name"]] = draw(
                good(parameter) if choice == "good" else bad(parameter)
            )
            proper = proper and choice == "good"
        stray = draw(st.sampled_from([{}, {}, {"limt": "x"}, {"\u00fc": ""}]))
        return {**values, **stray}, proper

    return one()


def target(path, operation, values):
    place = {p["name"]: p["in"] for p in operation.get("parameters", [])}
    for name in [name for name in values if place.get(name) == "path"]:
        path = path.replace("{" + name + "}", urllib.parse.quote(values[name], safe=""))
    query = urllib.parse.urlencode(
        {name: value for name, value in values.items() if place.get(name, "query") == "query"}
    )
    return path + ("?" + query if query else ""), {
        name: value for name, value in values.items() if place.get(name) == "header"
    }


def check(operation, answer):
    declared = operation["responses"]
    assert str(answer.status) in declared and answer.status < 500, answer
    content = resolved(declared[str(answer.status)])["content"]
    assert answer.type in content, answer
    body = json.loads(answer.body) if answer.type == "application/json" else answer.body
    jsonschema.Draft202012Validator(content[answer.type]["schema"], resolver=resolver).validate(
        body
    )


accepts = st.sampled_from(
    [
        {},
        {"Accept": "application/openmetrics-text"},
        {"Accept-Encoding": "gzip"},
        {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip;q=0.1"},
    ]
)
answers = {}


def check_operation(path, method, operation):
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests_of(operation), accepts)
    def explore(request, headers):
        values, proper = request
        sent, own_headers = target(path, operation, values)
        headers = {**headers, **own_headers}
        answer = Answer(method.upper(), sent, headers)
        count = answers.setdefault(operation["operationId"], {})
        count[answer.status] = count.get(answer.status, 0) + 1
        try:
            check(operation, answer)
            if not proper:
                assert answer.status >= 400, f"what the document doesn't allow was taken\n{answer}"
            elif operation["operationId"] not in PARTICULAR:
                assert answer.status != 400, f"what the document allows was refused\n{answer}"
        except Exception:
            print(
                f"seed {SEED}: {method.upper()} {sent!r} {headers} gave {answer}", file=sys.stderr
            )
            raise

    explore()


check_document()
for path, operations in document["paths"].items():
    for method, operation in operations.items():
        check_operation(path, method, operation)
    example = path.replace("{name}", "agency.example")
    for method in METHODS:
        if method.lower() not in operations:
            answer = Answer(method, example, {})
            assert (
                answer.status == 405 and answer.headers["Allow"]
            ), f"{method} {example} gave {answer}"
for name, count in answers.items():
    print(name, *(f"{status}:{count[status]}" for status in sorted(count)))
