"""The places of findings in checkov's notation."""

from __future__ import annotations

import pytest

from initlint.checkov.keys import evaluated_key
from initlint.source import Source, Span
from initlint.syntax import json as json_syntax
from initlint.syntax import native
from initlint.syntax.nodes import Block

NATIVE = """\
resource "azurerm_container_app_job" "seed" {
  name = "seed"
  identity {
    type = "UserAssigned"
  }
  template {
    container {
      cpu = 0.25
    }
    container {
      command = ["sh", "-c", "run"]
      env {
        name = "A"
      }
      dynamic "env" {
        for_each = ["B"]
        content {
          name  = env.value
          value = "x"
        }
      }
    }
  }
  body = jsonencode({
    properties = { template = { containers = [{ image = "old" }, { image = "busybox" }] } }
  })
  tags = {
    JobType = "Init"
  }
}
"""
JSON = """\
{
  "resource": {"azurerm_container_app_job": {"seed": {
    "name": "seed",
    "template": [{"container": [{"cpu": 0.25}, {"memory": "1Gi"}]}],
    "event_trigger_config": [{"parallelism": 1}],
    "body": {"properties": {"template": {"containers": [{"image": "old"}, {"image": "busybox"}]}}, "tags": {"A": "b"}},
    "tags": {"JobType": "Init"}
  }}}
}
"""


def block(source: Source) -> Block:
    file = json_syntax.parse(source) if source.path.endswith(".json") else native.parse(source)
    return file.body.blocks("resource", 2)[0]


def key(text: str, path: str, wanted: str, subject: str = "", at: int = 0) -> str:
    source = Source(path, text.encode())
    start = -1
    for _ in range(at + 1):
        start = text.index(wanted, start + 1)
    return evaluated_key(block(source), Span(source, start, start + len(wanted)), subject)


@pytest.mark.parametrize(
    ("wanted", "subject", "at", "expected"),
    [
        ('"seed"', "name", 1, "name"),
        ('"UserAssigned"', "identity.type", 0, "identity/[0]/type"),
        ("0.25", "cpu", 0, "template/[0]/container/[0]/cpu"),
        ('["sh", "-c", "run"]', "command", 0, "template/[0]/container/[1]/command"),
        ('"run"', "script", 0, "template/[0]/container/[1]/command"),
        ('"A"', "env.name", 0, "template/[0]/container/[1]/env/[0]/name"),
        ('"x"', 'env "B"', 0, "template/[0]/container/[1]/env/[1]/value"),
        ('"busybox"', "image", 0, "body/[0]/properties/template/containers/[1]/image"),
        ('"Init"', "tags.JobType", 0, "tags/[0]/JobType"),
        # What is missing stands at the header of the block that should hold it, or at the argument.
        ('resource "azurerm_container_app_job" "seed"', "location", 0, "location"),
        ('resource "azurerm_container_app_job" "seed"', "trigger", 0, ""),
        ('resource "azurerm_container_app_job" "seed"', "tags.Purpose", 0, "tags/[0]/Purpose"),
        ("identity", "identity.identity_ids", 0, "identity/[0]/identity_ids"),
        ("container", "cpu", 2, "template/[0]/container/[1]/cpu"),
    ],
)
def test_native_syntax(wanted: str, subject: str, at: int, expected: str) -> None:
    assert key(NATIVE, "main.tf", wanted, subject, at) == expected


@pytest.mark.parametrize(
    ("wanted", "subject", "at", "expected"),
    [
        ('"seed"', "name", 1, "name"),
        ("0.25", "cpu", 0, "template/[0]/container/[0]/cpu"),
        ('"1Gi"', "memory", 0, "template/[0]/container/[1]/memory"),
        ('"event_trigger_config"', "event", 0, "event_trigger_config/[0]"),
        ('"busybox"', "image", 0, "body/[0]/properties/template/containers/[1]/image"),
        ('"b"', "tags.A", 0, "body/[0]/tags/A"),
        ('{"A": "b"}', "tags.JobType", 0, "body/[0]/tags/JobType"),
        ('"Init"', "tags.JobType", 0, "tags/[0]/JobType"),
    ],
)
def test_json_syntax(wanted: str, subject: str, at: int, expected: str) -> None:
    assert key(JSON, "main.tf.json", wanted, subject, at) == expected


def test_a_place_elsewhere_has_no_path() -> None:
    other = Source("other.tf", NATIVE.encode())
    assert evaluated_key(block(Source("main.tf", NATIVE.encode())), other.span(70, 72), "start") == ""
