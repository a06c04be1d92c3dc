from __future__ import annotations

from textwrap import dedent

import pytest

from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.find import read_starts
from initlint.starts.names import shown


def starts(text: str, kind: Kind, path: str = "ci.yml") -> list[tuple[int, int, str]]:
    """Line, column and name of what a workflow starts."""
    found, problem = read_starts(Source(path, dedent(text).encode()), kind)
    assert problem == ""
    return [(c.span.line, c.span.column, shown(c.name)) for c in found]


def test_github_run_block() -> None:
    text = """\
        on: push
        env:
          PROJECT: shop
        jobs:
          migrate:
            runs-on: ubuntu-latest
            env:
              ENVIRONMENT: ${{ github.ref_name }}
            steps:
              - uses: actions/checkout@v4
              - name: Run
                run: |
                  set -e
                  az containerapp job start \\
                    --name "shop-init-seed-${{ env.ENVIRONMENT }}" \\
                    --resource-group rg
                  az containerapp job start --name "${PROJECT}-init-${ENVIRONMENT}" -g rg
                  az containerapp job start --name ${{ env.PROJECT }}-x -g rg
                  az containerapp job start --name '${{ env.PROJECT }}-y' -g rg
                  # az containerapp job start --name "commented" -g rg
                  echo "az containerapp job start --name shown"
        """
    assert starts(text, Kind.GITHUB) == [
        (15, 20, "shop-init-seed-*"),
        (17, 44, "shop-init-*"),
        (18, 44, "shop-x"),
        (19, 44, "shop-y"),
    ]


def test_github_forms_of_run() -> None:
    text = """\
        jobs:
          a:
            steps:
            - run: az containerapp job start --name one -g rg # not here
            - run: "az containerapp job start --name \\"two\\" -g rg"
            - run: 'az containerapp job start --name ''three'' -g rg'
            - run: >-
                az containerapp job start
                --name four
                -g rg
            - run: az containerapp job start
                --name five
            - uses: azure/cli@v2
              with:
                azcliversion: latest
                inlineScript: |
                  az containerapp job start -n six
            - # run: az containerapp job start -n none
              name: "az containerapp job start -n none"
            - run: |2
                 az containerapp job start -n seven
        """
    assert [name for *_, name in starts(text, Kind.GITHUB)] == ["one", "two", "three", "four", "five", "six", "seven"]


def test_github_inputs_with_options() -> None:
    text = """\
        on:
          workflow_dispatch:
            inputs:
              environment:
                type: choice
                options: [dev, "staging", prod]
              job:
                description: which
        jobs:
          a:
            steps:
              - run: az containerapp job start -n "a-${{ inputs.environment }}-${{ inputs.job }}"
              - run: az containerapp job start -n "b-$E"
                env:
                  E: ${{ github.event.inputs.environment }}
        """
    assert [name for *_, name in starts(text, Kind.GITHUB)] == [
        "a-dev-* or a-staging-* or a-prod-*",
        "b-dev or b-staging or b-prod",
    ]
    called = text.replace("on:\n", "on:\n          workflow_call:\n")
    assert [name for *_, name in starts(called, Kind.GITHUB)] == ["a-*-*", "b-*"]


def test_github_matrix_starts_each() -> None:
    text = """\
        jobs:
          a:
            strategy:
              matrix:
                job: [init-seed, init-migrate]
            env:
              JOB: shop-${{ matrix.job }}-dev
            steps:
              - run: az containerapp job start --name "$JOB"
              - run: az containerapp job start --name ${{ matrix.job }}
        """
    assert [name for *_, name in starts(text, Kind.GITHUB)] == [
        "shop-init-seed-dev",
        "shop-init-migrate-dev",
        "init-seed",
        "init-migrate",
    ]


def test_github_variable_that_a_step_sets() -> None:
    text = """\
        env:
          JOB: a
          OTHER: b
        jobs:
          a:
            steps:
              - run: echo "JOB=c" >> "$GITHUB_ENV"
              - run: az containerapp job start --name "$JOB"
              - run: az containerapp job start --name "$OTHER"
        """
    assert [name for *_, name in starts(text, Kind.GITHUB)] == ["*", "b"]


def test_github_powershell_and_composite_action() -> None:
    text = """\
        name: start
        inputs:
          job-name:
            required: true
        runs:
          using: composite
          steps:
            - shell: pwsh
              run: |
                $Job = "shop-init-seed-${{ inputs.environment }}"
                az containerapp job start `
                  --name $Job `
                  --resource-group rg
            - shell: bash
              run: az containerapp job start --name "${{ inputs.job-name }}"
        """
    assert [name for *_, name in starts(text, Kind.GITHUB)] == ["shop-init-seed-*", "*"]


def test_azure_pipelines() -> None:
    text = """\
        parameters:
          - name: environment
            type: string
            values:
              - dev
              - prod
        variables:
          - name: project
            value: shop
          - group: secrets
        stages:
          - stage: Deploy
            variables:
              jobName: $(project)-init-seed-${{ parameters.environment }}
            jobs:
              - deployment: x
                strategy:
                  runOnce:
                    deploy:
                      steps:
                        - task: AzureCLI@2
                          inputs:
                            scriptType: bash
                            scriptLocation: inlineScript
                            inlineScript: |
                              az containerapp job start --name "$(jobName)" -g rg
                              az containerapp job start --name "a-$(Build.Reason)" -g rg
                        - bash: az containerapp job start --name $(project)-x
                        - task: AzureCLI@2
                          inputs:
                            scriptType: pscore
                            inlineScript: |
                              az containerapp job start --name "$(project)-y" -g rg
                        - pwsh: |
                            az containerapp job start -n $(project)-z
        """
    assert [name for *_, name in starts(text, Kind.AZURE_PIPELINES)] == [
        "shop-init-seed-dev or shop-init-seed-prod",
        "a-*",
        "shop-x",
        "shop-y",
        "shop-z",
    ]


def test_azure_pipelines_templates_with_conditions() -> None:
    text = """\
        steps:
        - ${{ if eq(parameters.run, true) }}:
          - script: |
              az containerapp job start --name a
        - ${{ each job in parameters.jobs }}:
            - script: az containerapp job start --name b-${{ job }}
        """
    assert [name for *_, name in starts(text, Kind.AZURE_PIPELINES)] == ["a", "b-*"]


def test_gitlab() -> None:
    text = """\
        variables:
          PROJECT: shop
          REGION:
            value: eu
            description: where
        .base: &base
          before_script:
            - JOB="${PROJECT}-init-seed-${CI_ENVIRONMENT_NAME}"
        migrate:
          extends: .base
          before_script:
            - export JOB="$PROJECT-init-$REGION"
          script:
            - echo start
            - az containerapp job start --name "$JOB"
            - |
              az containerapp job start \\
                --name "shop-$REGION"
        """
    assert starts(text, Kind.GITLAB) == [(15, 40, "shop-init-eu"), (18, 16, "shop-eu")]


def test_taskfile() -> None:
    text = """\
        version: '3'
        tasks:
          seed:
            cmds:
              - az containerapp job start -g {{.RG}} --name {{.APP_NAME}}-init-seed -o table
              - cmd: az containerapp job start -g {{.RG}} -n two
              - task: other
        """
    assert [name for *_, name in starts(text, Kind.TASK)] == ["*-init-seed", "two"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "- ",
        "a: [",
        "a: 'x",
        "? a\n: b",
        "\t- x",
        "a: |",
        "a:\n  - b: |\n      containerapp\n   x",
        "}{",
        "a: {b: [c, {d: e}",
    ],
)
def test_broken_text_starts_nothing(text: str) -> None:
    assert starts(text, Kind.GITHUB) == []
