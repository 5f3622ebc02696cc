"""The served OpenAPI document, and requests of all sorts made from it: none may be answered with a 5xx."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from definitions import resource_types

EXAMPLES = 30


@pytest.fixture(scope="module")
def document(service):
    with service.client() as client:
        got = client.get("openapi.json")
    assert got.status_code == 200, got.text[:300]
    return got.json()


def test_it_is_a_modest_document_of_every_type(document):
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["schemas"]["ResourceType"]["enum"]) == set(resource_types())
    assert len(str(document)) < 300_000


def test_nothing_made_from_it_breaks_the_server(service, document):
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=service.base)
    asked, bad = {}, []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[hypothesis.Phase.generate])
        @hypothesis.given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(headers=service.headers | (dict(case.headers or {})), timeout=30)
            asked[operation.label] = asked.get(operation.label, 0) + 1
            if answer.status_code >= 500:
                bad.append(f"{operation.label} {answer.status_code}: {case.as_curl_command()[:500]}")

        ask()
    print(f"requests: {sum(asked.values())}, operations: {len(asked)}")
    assert len(asked) > 15
    assert not bad, "\n".join(bad[:20])
