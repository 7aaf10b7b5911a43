"""What a case's documents say: who did what, what was applied for, what tables decided, and no more than that."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from bihuan.commands.open_procedure import open_procedure
from bihuan.domain.access import Officer
from bihuan.domain.errors import NotFound
from bihuan.domain.ids import CaseId
from bihuan.queries.case_page import case_page
from bihuan.queries.documents import document_words
from tests.people import Town


def words(town: Town, case_no: str, template: str, by: Officer) -> Mapping[str, str]:
    with town.app.read() as reader:
        return document_words(reader, town.app.vault, by, case_no, template).words


def opened(town: Town, process: str, unit: str, **answers: str) -> tuple[CaseId, str]:
    with town.app.begin(town.officer(unit)) as work:
        found = open_procedure(work, process, answers, submission_id=uuid4())
    return found.case_id, found.case_no


def test_a_transfer_order_names_who_dispatched_and_the_limit(town: Town) -> None:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce", note="请主动联系企业")
    said = words(town, case.case_no, "转办单", town.officer("commerce"))

    assert said["dispatch.by"] == "platform的officer"
    assert said["dispatch.note"] == "请主动联系企业"
    assert said["limit.resolve_due"] == "2026年10月26日12:00前"
    assert said["unit"] == "市商务局"
    assert said["resolve.by"] == ""


def test_a_limit_is_that_of_the_diagram_and_nothing_before_it_begins(town: Town) -> None:
    """The limit of 分办 is not the unit's; what ends with a day ends at 24:00 of it, not at 00:00 of the next."""
    case = town.order()
    assert words(town, case.case_no, "转办单", town.officer("platform"))["limit.resolve_due"] == ""
    case_id, case_no = opened(
        town, "port_rectification", "port_office", subject="查验收费不明", body="企业反映查验环节收费没有依据。",
        source=["survey", "meeting"], checked_for=["fees"], handling_unit="commerce",
    )  # fmt: skip
    town.do(case_id, "verify_clue", genuine=True, unlawful=True, departments=1, opinion="情况属实，已核对票据。")
    said = words(town, case_no, "口岸专项整治清单", town.officer("port_office"))
    assert said["limit.rectify_due"] == "2026年10月9日24:00前"


def test_what_was_said_for_more_time_is_no_first_reply(town: Town) -> None:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce")
    town.ask_for_time(case.case_id)
    assert words(town, case.case_no, "转办单", town.officer("platform"))["first_reply.progress"] == ""
    town.do(case.case_id, "first_reply", progress="正在核实有关情况。")
    assert words(town, case.case_no, "转办单", town.officer("platform"))["first_reply.progress"] == "正在核实有关情况。"


def test_an_application_for_extension_prints_what_was_declared_and_who_signed(town: Town) -> None:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce")
    town.ask_for_time(case.case_id)
    town.do(case.case_id, "sign_principal", approved=True, opinion="同意延期")
    said = words(town, case.case_no, "延期申请审批表", town.officer("platform"))

    assert said["extension.multi_level"] == said["extension.institutional"] == "是"
    assert said["extension.new_due_on"] == "2026年11月16日"
    assert said["sign_principal.opinion"] == "同意延期"
    assert said["sign_principal.by"] == "commerce的principal"
    assert said["sign_principal.on"] == said["extension.on"] == "2026年9月29日"
    assert said["forward.by"] == ""


def test_a_document_hides_who_complained_wherever_it_was_written(town: Town) -> None:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce", note="企业张晓明，电话13812345678")

    assert words(town, case.case_no, "转办单", town.officer("platform"))["dispatch.note"] == (
        "企业〔姓名已隐去〕，电话〔电话已隐去〕"
    )


def test_a_decision_is_told_in_the_localitys_words(town: Town) -> None:
    case_id, case_no = opened(
        town, "port_rectification", "port_office", subject="查验收费不明", body="企业反映查验环节收费没有依据。",
        source=["survey", "meeting"], checked_for=["fees"], handling_unit="commerce",
    )  # fmt: skip
    assert words(town, case_no, "口岸专项整治清单", town.officer("port_office"))["decided.problem_class"] == ""
    town.do(case_id, "verify_clue", genuine=True, unlawful=True, departments=1, opinion="情况属实，已核对票据。")
    said = words(town, case_no, "口岸专项整治清单", town.officer("port_office"))

    assert said["decided.problem_class"] == "立行立改"
    assert said["open_port.source"] == "座谈交流、问卷调查"
    assert said["open_port.checked_for"] == "查收费"


def test_what_was_filled_in_several_times_stands_there_line_by_line(town: Town) -> None:
    case_id, case_no = opened(
        town, "key_task", "one_stop", subject="证照联办", body="实现十项联办", handling_unit="approval",
        roadmap="先试点后推开", finish_on="2026-12-31",
    )  # fmt: skip
    for complete in (False, True):
        town.do(case_id, "report_node", progress=f"进展：{complete}")
        town.do(case_id, "check_node", node_complete=complete, opinion="已现场核实。")
    said = words(town, case_no, "一次办好台账", town.officer("one_stop"))

    lines = said["report_node.all"].splitlines()
    assert [line.partition("：")[2] for line in lines] == ["进展：False", "进展：True"]
    assert all(line.startswith("2026年9月29日 市行政审批服务局") for line in lines)


def test_a_case_offers_the_documents_of_its_own_procedure(town: Town) -> None:
    case = town.order()
    _, port_no = opened(
        town, "port_rectification", "port_office", subject="查验收费不明", body="企业反映查验环节收费没有依据。",
        source=["survey", "meeting"], checked_for=["fees"], handling_unit="commerce",
    )  # fmt: skip
    with town.app.read() as reader:
        vault, office = town.app.vault, town.officer("supervision_office")

        assert case_page(reader, vault, office, case.case_no).documents == ("转办单",)
        assert case_page(reader, vault, office, port_no).documents == ("口岸专项整治清单",)


def test_a_document_is_offered_once_the_case_has_come_to_what_it_prints(town: Town) -> None:
    """No form for an extension that nobody has asked for."""
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce")
    officer = town.officer("commerce")

    def offered() -> tuple[str, ...]:
        with town.app.read() as reader:
            return case_page(reader, town.app.vault, officer, case.case_no).documents

    assert offered() == ("转办单",)
    with pytest.raises(NotFound):
        words(town, case.case_no, "延期申请审批表", officer)
    town.ask_for_time(case.case_id)
    assert offered() == ("延期申请审批表", "转办单")
