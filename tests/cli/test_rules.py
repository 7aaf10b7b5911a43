"""`bihuan rules`: each rule of the documents, and how it stands."""

from tests.cli.conftest import Run

KEYS = {"id", "status", "elements", "scenarios", "reason"}


def test_every_rule_of_every_document_is_told(run: Run) -> None:
    rules = run("rules", "--json").json["rules"]

    assert all(set(one) >= KEYS for one in rules)
    assert {one["status"] for one in rules} <= {"shown", "configured", "waived", "open"}
    assert all(one["elements"] and one["scenarios"] for one in rules if one["status"] == "shown")
    assert all(one["reason"] for one in rules if one["status"] != "shown")
    assert len({one["id"] for one in rules}) == len(rules)


def test_a_rule_is_told_with_what_carries_it_and_what_shows_it(run: Run) -> None:
    (rule,) = run("rules", "zibo", "--rule", "ZB-17", "--json").json["rules"]

    assert (rule["id"], rule["status"], rule["reason"], rule["result"]) == ("ZB-17", "shown", "", None)
    assert "request/first_reply" in rule["elements"]
    assert "zibo/first-reply-late" in rule["scenarios"]


def test_words_name_the_elements_the_scenarios_and_the_document(run: Run) -> None:
    one, all_of_them = run("rules", "zibo", "--rule", "ZB-17"), run("rules", "kaihua")

    assert "原文：承办单位接收工单后3个工作日内" in one.out
    assert "落实：回复初步处理情况（request/first_reply）" in one.out
    assert "zibo/scenarios/first-reply-late.toml" in one.out
    assert "KH-09" in all_of_them.out
    assert all_of_them.out.strip().splitlines()[-1].startswith("共 32 条：已演示 ")


def test_the_scenarios_that_cite_it_are_played_when_asked_for(run: Run) -> None:
    ran = run("rules", "zibo", "--rule", "ZB-19", "--run", "--json")

    assert (ran.code, ran.json["rules"][0]["result"]) == (0, "holds")


def test_an_unknown_rule_or_locality_is_bad_input(run: Run) -> None:
    assert run("rules", "--rule", "ZB-99").code == 2
    assert run("rules", "nowhere").code == 2
