from __future__ import annotations

from dataclasses import replace

import pytest

from initlint.finding import Result
from initlint.report import ReportOptions, render
from initlint.report.words import causes, circumstances, listed, number, summary
from initlint.rule import Place, Rule, Severity
from initlint.source import Source, Span

from .build import CLEAN, EMPTY, FULL, NO_INIT, RULES, finding, job, span, undecided
from .snapshot import check


def excerpt_of(where: Span, *related: Place, **changes: object) -> list[str]:
    """The lines between the place and the facts."""
    text = render("text", Result(findings=(finding(where, related=related, **changes),)))
    return text.split("\n\n")[0].splitlines()[1:]


def test_colors() -> None:
    check("text-full-color", render("text", FULL, ReportOptions(color=True, show_undecided=True)))


def test_undecided_questions_are_listed_on_request() -> None:
    check("text-full-undecided", render("text", FULL, ReportOptions(show_undecided=True)))
    check("concise-full-undecided", render("concise", FULL, ReportOptions(show_undecided=True)))


def test_wide_characters_and_tabs_are_aligned() -> None:
    source = Source("a.tf", '\tname = "日本é" # x\n'.encode())
    assert excerpt_of(span(source, '"日本é"'), Place(span(source, "# x"), "here")) == [
        " --> a.tf:1:9",
        "  |",
        '1 |     name = "日本é" # x',
        "  |            ^^^^^^^",
        "  |                    --- here",
        "  |",
    ]


def test_combining_and_escaped_characters_are_aligned() -> None:
    source = Source("a.tf", 'n = "e\u0301\x1b" # x'.encode())
    assert excerpt_of(span(source, "# x")) == [
        " --> a.tf:1:11",
        "  |",
        '1 | n = "e\u0301\\x1b" # x',
        f"  | {' ' * 12}^^^",
        "  |",
    ]


def test_a_long_line_is_cut_around_its_span() -> None:
    source = Source("a.tf", b'x = "' + b"a" * 500 + b"HERE" + b"b" * 500 + b'"')
    drawn = excerpt_of(span(source, "HERE"))
    assert drawn == [
        " --> a.tf:1:506",
        "  |",
        f"1 | ...{'a' * 58}HERE{'b' * 58}...",
        f"  | {' ' * 61}^^^^",
        "  |",
    ]


def test_a_span_longer_than_a_line_is_cut() -> None:
    source = Source("a.tf", b'x = "' + b"a" * 500 + b'"')
    assert excerpt_of(span(source, source.data.decode()[4:]))[2:4] == [
        f'1 | ..."{"a" * 119}...',
        f"  |    {'^' * 120}",
    ]


def test_a_mark_outside_of_what_is_shown_points_to_the_cut() -> None:
    source = Source("a.tf", b"# first " + b"a" * 500 + b" LAST")
    assert excerpt_of(span(source, "LAST"), Place(span(source, "first"), "far"))[2:] == [
        f"1 | ...{'a' * 115} LAST",
        f"  | {' ' * 119}^^^^",
        "  |    - far",
        "  |",
    ]


def test_lines_of_one_file_are_one_excerpt() -> None:
    source = Source("a.tf", b"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n")
    drawn = excerpt_of(
        span(source, "six"), Place(span(source, "ten"), "last"), Place(span(source, "four"), "near"),
        Place(span(source, "one"), "first"),
    )  # fmt: skip
    assert drawn == [
        "  --> a.tf:6:1",
        "   |",
        " 1 | one",
        "   | --- first",
        "...",
        " 4 | four",
        "   | ---- near",
        " 5 | five",
        " 6 | six",
        "   | ^^^",
        "...",
        "10 | ten",
        "   | --- last",
        "   |",
    ]


def test_places_with_one_span_are_one_mark() -> None:
    source = Source("a.tf", b"cpu = 4\n")
    four = span(source, "4")
    assert excerpt_of(four, Place(four, "default of var.cpu"), Place(four, "the value"))[3] == (
        "  |       ^ default of var.cpu; the value"
    )


def test_an_empty_span_at_the_end_of_a_file_has_a_caret() -> None:
    source = Source("a.tf", b"a {\n")
    assert excerpt_of(Span(source, 4, 4)) == [" --> a.tf:2:1", "  |", "2 |", "  | ^", "  |"]


def test_a_file_that_could_not_be_read_has_no_excerpt() -> None:
    assert excerpt_of(Span(Source("a.tf", b""), 0, 0)) == [" --> a.tf:1:1", "  |"]


def test_windows_line_endings_do_not_show() -> None:
    source = Source("a.tf", b"a = 1\r\nb = 2\r\n")
    assert excerpt_of(span(source, "1\r\n"))[2:4] == ["1 | a = 1", "  |     ^"]


def test_help_of_several_lines_is_indented() -> None:
    source = Source("a.tf", b"a = 1\n")
    assert excerpt_of(span(source, "1"), help="do this\n::group::then that")[5:] == [
        "  = help: do this",
        "          \\::group::then that",
    ]


def test_a_hidden_literal_is_never_drawn() -> None:
    source = Source("a.tf", b'value = "hunter2" # x\nother = var.x\n')
    literal = span(source, '"hunter2"')
    shown = 'value = "*******" # x'
    known = Result(findings=(finding(span(source, "# x")),), hidden=(literal,))
    assert render("text", known).splitlines()[3] == f"1 | {shown}"
    rule = Rule("INIT999", "x", Severity.ERROR, "", "X.", tags=("credential",))
    tagged = Result(findings=(finding(literal, code="INIT999"), finding(span(source, "# x"))))
    text = render("text", tagged, ReportOptions(rules=(rule,)))
    assert text.count(shown) == 2
    assert "hunter2" not in text
    origin = Place(literal, "default of var.x")
    handed_on = finding(span(source, "var.x"), code="INIT999", related=(origin,))
    assert "hunter2" not in render("text", Result(findings=(handed_on,)), ReportOptions(rules=(rule,)))
    reference = Result(findings=(finding(span(source, "var.x"), code="INIT999"),))
    assert "2 | other = var.x\n" in render("text", reference, ReportOptions(rules=(rule,)))


def test_a_security_rule_hides_without_the_tag() -> None:
    source = Source("a.tf", b'value = "postgres://u:hunter2@h" # x\n')
    secret = span(source, "hunter2")
    whole = Place(span(source, '"postgres://u:hunter2@h"'), "made from this")
    result = Result(findings=(finding(secret, code="INIT804", related=(whole,)),))
    assert '1 | value = "postgres://u:*******@h" # x\n' in render("text", result, ReportOptions(rules=RULES))


def test_a_literal_is_hidden_with_what_is_interpolated_in_it() -> None:
    source = Source("a.tf", b'value = "postgres://u:${join("", ["hunter2", "${"hunter3"}"])}@h" # x\n')
    result = Result(findings=(finding(Span(source, 8, len(source.data) - 5), code="INIT804"),))
    text = render("text", result, ReportOptions(rules=RULES))
    assert "hunter" not in text
    assert text.splitlines()[3].endswith('*" # x')


def test_the_rest_of_a_password_is_hidden_too() -> None:
    source = Source("a.tf", b'value = "host=h password=hunter(2)hunter user=u"\n')
    text = render("text", Result(findings=(finding(span(source, "value")),)))
    assert '1 | value = "host=h password=*************** user=u"\n' in text


def test_a_security_rule_of_another_tag_draws_what_it_stands_on() -> None:
    source = Source("a.tf", b'role_definition_name = "Contributor"\n')
    rule = Rule("INIT999", "x", Severity.ERROR, "", "X.", security_severity="7.5", tags=("identity",))
    result = Result(findings=(finding(span(source, '"Contributor"'), code="INIT999"),))
    assert '1 | role_definition_name = "Contributor"\n' in render("text", result, ReportOptions(rules=(rule,)))


def test_what_is_no_literal_is_drawn() -> None:
    source = Source("a.tf", b'variable "password" {\nsecret {\nvalue = "x-hunter2-y"\n')
    rule = Rule("INIT999", "x", Severity.ERROR, "", "X.", tags=("credential",))
    places = ('variable "password"', "secret {", "hunter2")
    found = tuple(finding(span(source, text), code="INIT999") for text in places)
    text = render("text", Result(findings=found), ReportOptions(rules=(rule,)))
    assert [line for line in text.splitlines() if line[:3] in ("1 |", "2 |", "3 |")] == [
        '1 | variable "password" {',
        "2 | secret {",
        '3 | value = "x-*******-y"',
    ]


def test_a_hidden_heredoc_is_never_drawn() -> None:
    source = Source("a.tf", b"value = <<EOT\nhunter2\nEOT\n")
    heredoc = Span(source, 8, len(source.data) - 1)
    rule = Rule("INIT999", "x", Severity.ERROR, "", "X.", tags=("credential",))
    result = Result(findings=(finding(heredoc, code="INIT999"), finding(span(source, "hunter2"))))
    text = render("text", result, ReportOptions(rules=(rule,)))
    assert "2 | *******\n" in text
    assert "hunter2" not in text


def test_what_reads_as_a_credential_is_never_drawn() -> None:
    source = Source("a.tf", b'args = ["PGPASSWORD=hunter2 psql"]\npassword = var.password\n')
    text = render("text", Result(findings=(finding(span(source, "args")), finding(span(source, "= var")))))
    assert '1 | args = ["PGPASSWORD=******* psql"]\n' in text
    assert "2 | password = var.password\n" in text


@pytest.mark.parametrize(
    ("environments", "sentence"),
    [
        ((), ""),
        (("prod",), "in prod"),
        (("dev", "prod", "staging"), "in dev, prod and staging"),
        (("environment=staging",), "when var.environment is staging"),
        (("environment=prod", "environment=staging"), "when var.environment is prod or staging"),
        (("region=West Europe",), "when var.region is West Europe"),
        (
            ("prod region=eu", "dev region=us size=2"),
            "in prod when var.region is eu, or in dev when var.region is us and var.size is 2",
        ),
    ],
)
def test_circumstances(environments: tuple[str, ...], sentence: str) -> None:
    assert circumstances(environments) == sentence


def test_numbers_and_lists() -> None:
    assert [number(1, "error"), number(2, "error"), number(0, "job")] == ["1 error", "2 errors", "0 jobs"]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"], "or")] == ["", "a", "a, b or c"]


def test_one_cause_is_counted_once() -> None:
    reason = "var.tags has no default"
    asked = (
        undecided("INIT601", reason=f"tags.JobType: {reason}"),
        undecided("INIT602", reason=f"tags.JobCategory: {reason}"),
        undecided("INIT602", reason=f"tags.JobCategory: {reason}", job="azurerm_container_app_job.other"),
        undecided("INIT603", reason=reason),
        undecided("INIT101", reason='env "X": var.x has no default'),
        undecided("INIT102", reason="var.x: not a label"),
    )
    assert [str(cause) for cause in causes(asked)] == [
        f"3 rules on 2 jobs: {reason}",
        '1 rule: env "X": var.x has no default',
        "1 rule: var.x: not a label",
    ]


def test_summaries() -> None:
    assert summary(FULL) == (
        "1 error, 1 warning, 1 note; 3 undecided (2 causes); 2 suppressed; "
        "1 init job of 2 jobs in 3 files (2 environments)"
    )
    assert render("text", CLEAN) == "no findings; 1 init job of 1 job in 2 files\n"
    assert render("concise", CLEAN) == render("text", CLEAN)
    assert render("text", EMPTY).splitlines() == [
        "no init job found: no Container Apps job in 1 file, 1 root module",
        "no findings; 0 init jobs of 0 jobs in 1 file",
    ]
    assert render("text", NO_INIT).splitlines()[0] == (
        "no init job found: looked at 1 job in 12 files, 2 root modules; `initlint jobs` says why it is not one"
    )
    none = replace(CLEAN, jobs=(job(no_instances="0 instances, because count is 0"),), partial=True)
    assert summary(none) == (
        "no findings; 1 init job of 1 job in 2 files, 1 of them without an instance; "
        "only some of the files were reported on"
    )


def test_no_report_needs_rules_for_its_names() -> None:
    assert render("text", FULL) == render("text", FULL, ReportOptions(rules=RULES))
