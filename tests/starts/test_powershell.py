from __future__ import annotations

import pytest

from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.find import read_starts
from initlint.starts.names import shown


def starts(text: str) -> list[str]:
    found, _ = read_starts(Source("run.ps1", text.encode()), Kind.POWERSHELL)
    return [shown(command.name) for command in found if command.verb == "start"]


@pytest.mark.parametrize(
    "text, names",
    [
        ("az containerapp job start --name a-b -g rg", ["a-b"]),
        ('az containerapp job start `\n  --name "a-b" `\n  -g rg\n', ["a-b"]),
        ("az containerapp job start `\r\n  --name 'a-b' `\r\n  -g rg\r\n", ["a-b"]),
        ('$r = az containerapp job start -n "a" -o json | ConvertFrom-Json', ["a"]),
        ("if (-not (az containerapp job start -n a)) { throw 'no' }", ["a"]),
        ('$Job = "a-init"\naz containerapp job start -n $Job', ["a-init"]),
        ('[string]$Job = "a-init"\naz containerapp job start -n $job', ["a-init"]),
        ('$E = "dev"\n$Job = "a-init-$E"\naz containerapp job start -n "$Job"', ["a-init-dev"]),
        ('param(\n  [string]$E = "dev"\n)\n$Job = "a-init-${E}"\naz containerapp job start -n $Job', ["a-init-*"]),
        ('az containerapp job start -n "a-$($x.Name)-b"', ["a-*-b"]),
        ("az containerapp job start -n $env:JOB", ["*"]),
        ("az containerapp job start -n a-$env:ENVIRONMENT", ["a-*"]),
        ("az containerapp job start -n 'a-$E'", ["a-$E"]),
        ("az containerapp job start -n $settings.job", ["*"]),
        ('az containerapp job start -n $jobs["seed"]', ["*"]),
        ('$a = @("containerapp", "job", "start", "--name", $settings.job)\naz @a', ["*"]),
        ('$P = "shop"\naz containerapp job start -n "$P.job"', ["shop.job"]),
        ('foreach ($j in @("a", "b")) {\n  az containerapp job start -n "x-$j"\n}', ["x-a", "x-b"]),
        ('$jobs = "a", "b"\nforeach ($j in $jobs) { az containerapp job start -n $j }', ["a", "b"]),
        ("foreach ($j in Get-Jobs) { az containerapp job start -n $j }", ["*"]),
        ('if ($p) { $J = "a" } else { $J = "b" }\naz containerapp job start -n $J', ["a or b"]),
        ("Invoke-Az containerapp job start --name a", ["a"]),
        ('Invoke-AzureCli @(\n  "containerapp", "job", "start",\n  "--name", "a"\n)', ["a"]),
        ('$a = @("containerapp", "job", "start", "--name", "a")\naz @a', ["a"]),
        ("az containerapp job start @rest", ["*"]),
        ('Start-AzContainerAppJob -ResourceGroupName rg -Name "a-b"', ["a-b"]),
        ('$n = "b"\nfunction Start-It($n) { az containerapp job start -n "a-$n" }', ["a-*"]),
        ('function F { param([Parameter(Mandatory)] $n)\n az containerapp job start -n "a-$n" }', ["a-*"]),
        ('az containerapp job start --name="a"', ["a"]),
        ("az containerapp job start -n $config.job", ["*"]),
        ("az containerapp job start -n $config.jobs[0].name", ["*"]),
        ("az containerapp job start -n $job.Name.ToLower() -g rg", ["*"]),
        ('$jobs = @{ a = "b" }\naz containerapp job start -n $jobs["a"] -g rg', ["*"]),
        ("az containerapp job start -n (Get-JobName a) -g rg", ["*"]),
        ('az containerapp job start -n ("a-" + $e) -g rg', ["*"]),
        ('$c = "az containerapp job start -n a-$e"\nInvoke-Expression $c', ["a-*"]),
        ("iex \"az containerapp job start --name 'a' -g rg\"", ["a"]),
        ('Start-Process az -ArgumentList "containerapp job start -n a" -Wait', ["a"]),
        ('Start-Process -FilePath "az" -ArgumentList @("containerapp", "job", "start", "-n", "a")', ["a"]),
        ('foreach ($j in "a", "b") { iex "az containerapp job start -n $j" }', ["a", "b"]),
    ],
)
def test_starts(text: str, names: list[str]) -> None:
    assert starts(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "# az containerapp job start -n a",
        "<#\n  az containerapp job start -n a\n#>",
        'Write-Host "az containerapp job start -n a"',
        "Write-Host az containerapp job start -n a",
        "$help = @'\naz containerapp job start -n a\n'@",
        '$help = @"\naz containerapp job start -n a\n"@\n',
        "az containerapp job execution list -n a",
    ],
)
def test_what_starts_nothing(text: str) -> None:
    assert starts(text) == []


def test_place() -> None:
    found, _ = read_starts(
        Source("run.ps1", b'if ($x) {\n  az containerapp job start `\n    -n "a"\n}\n'), Kind.POWERSHELL
    )
    (command,) = found
    assert (command.command.line, command.command.column, command.span.line, command.span.column) == (2, 3, 3, 8)
