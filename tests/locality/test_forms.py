"""Forms: what the editor writes is read or refused, what people fill in is typed, cleaned and bounded."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.faults import FolderFault
from bihuan.locality.fields import Option, StaticText
from bihuan.locality.form_schema import parse_form
from bihuan.locality.forms import Answers, Form
from tests.locality.a_folder import a_field, a_form

YES_NO = [{"label": "是", "value": "true"}, {"label": "否", "value": "false"}]


def form_of(*fields: dict[str, Any]) -> Form:
    return parse_form("zibo/forms/some.form", a_form(*fields))


def filled(field: dict[str, Any], *values: str) -> Answers:
    return form_of(field).validate({field["key"]: values[0] if len(values) == 1 else list(values)})


def complaint_about(field: dict[str, Any], *values: str) -> str:
    with pytest.raises(InvalidAnswers) as refusal:
        filled(field, *values)
    return refusal.value.errors[field["key"]]


def faults_of(*fields: Any, **more: Any) -> str:
    with pytest.raises(FolderFault) as refusal:
        parse_form("zibo/forms/some.form", a_form(*fields, **more))
    return str(refusal.value)


def test_a_form_of_the_editor_is_read_with_its_texts_and_fields() -> None:
    form = parse_form(
        "zibo/forms/verify.form",
        a_form(
            {"type": "text", "text": "请回访企业。", "id": "Text_1", "layout": {"row": "Row_1"}},
            a_field("radio", "sound", control=True, values=YES_NO, validate={"required": True}),
            a_field("textarea", "opinion", description="审核意见"),
            schemaVersion=19,
            exporter={"name": "form-js", "version": "1.23.0"},
        ),
    )

    assert form.id == "verify"
    assert form.components[0] == StaticText("请回访企业。")
    assert form.control == {"sound"}
    assert form.fields[1].longest == 10_000


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        (a_field("radio", "sound", control=True, values=YES_NO), "true", True),
        (a_field("radio", "rating", control=True, values=[{"label": "很好", "value": "5"}]), "5", 5),
        (a_field("select", "code", control=True, values=[{"label": "一", "value": "01"}]), "01", "01"),
        (a_field("checkbox", "agreed", control=True), "on", True),
        (a_field("number", "days", control=False), "５", 5),
        (a_field("number", "amount", validate={"min": 1, "max": "2.5"}), "2.50", 2.5),
        (a_field("number", "amount"), "1,000", 1000),
        (a_field("datetime", "new_due_on", control=True, subtype="date"), "2026-11-30", "2026-11-30"),
        (a_field("datetime", "new_due_on", control=True, subtype="date"), "２０２６年１１月３日", "2026-11-03"),
        (a_field(), " 一\r\n二\x00 ", "一 二"),
        (a_field("textarea"), "一\r\n\u202e二\ud800\u200b", "一\n二"),
        (a_field(), "Cafe\u0301", "Caf\u00e9"),
        (a_field(validate={"validationType": "phone"}), "0533-3160802", "0533-3160802"),
        (a_field(validate={"validationType": "email"}), "a@example.com", "a@example.com"),
    ],
)
def test_what_is_filled_in_comes_out_typed_and_clean(field: dict[str, Any], sent: str, value: object) -> None:
    answers = filled(field, sent)

    assert answers.all == {field["key"]: value}
    assert type(answers.all[field["key"]]) is type(value)


def test_a_checklist_keeps_its_order_and_known_values() -> None:
    field = a_field("checklist", "reasons", values=[{"label": "慢", "value": "slow"}, {"label": "差", "value": "bad"}])

    assert filled(field, "bad", "slow").text == {"reasons": ["slow", "bad"]}
    assert complaint_about(field, "bad", "worse") == "请从列出的选项中选择“理由”。"


def test_control_fields_left_blank_are_none_so_that_an_earlier_round_does_not_linger() -> None:
    form = form_of(
        a_field("number", "days_needed", control=True),
        a_field("checkbox", "agreed", control=True),
        a_field("textarea", "opinion"),
    )

    assert form.validate({}) == Answers({"days_needed": None, "agreed": False}, {})


def test_what_only_a_window_is_asked_has_its_default_at_the_portal() -> None:
    """And is not taken there, whoever sends it; what hides behind it is decided by the default."""
    agreed = a_field("select", "agreed", control=True, values=YES_NO, defaultValue="false", validate={"required": True})
    agreed["properties"]["asked_at"] = "window"
    why = a_field("textarea", "why", conditional={"hide": '=agreed = "false"'}, validate={"required": True})
    form = parse_form("zibo/forms/request.form", a_form(agreed, why))

    with pytest.raises(InvalidAnswers):
        form.validate({})
    assert form.validate({"agreed": "true", "why": "愿意"}) == Answers({"agreed": True}, {"why": "愿意"})
    assert form.at_portal().validate({}) == Answers({"agreed": False}, {})
    with pytest.raises(InvalidAnswers) as refusal:
        form.at_portal().validate({"agreed": "true"})
    assert set(refusal.value.errors) == {"agreed"}


def test_a_hidden_false_before_a_ticked_box_counts_as_ticked() -> None:
    assert filled(a_field("checkbox", "agreed"), "false", "true").text == {"agreed": True}


def test_options_may_come_from_the_organisation() -> None:
    form = form_of(a_field("select", "handling_unit", control=True, valuesKey="handling_units"))
    options = {"handling_units": [Option("commerce", "市商务局")]}

    assert form.validate({"handling_unit": "commerce"}, options).control == {"handling_unit": "commerce"}
    with pytest.raises(InvalidAnswers):
        form.validate({"handling_unit": "else"}, options)


@pytest.mark.parametrize(
    ("field", "sent", "says"),
    [
        (a_field(validate={"required": True}), " \u200b ", "请填写“理由”。"),
        (a_field("radio", "sound", values=YES_NO, validate={"required": True}), "", "请选择“理由”。"),
        (a_field("radio", "sound", values=YES_NO), "maybe", "请从列出的选项中选择“理由”。"),
        (a_field("checkbox", "agreed", validate={"required": True}), "false", "请确认并勾选“理由”。"),
        (a_field("checkbox", "agreed"), "perhaps", "“理由”的内容无法识别，请重新勾选。"),
        (a_field(validate={"maxLength": 3}), "一二三四", "“理由”最多3字，现有4字，请精简。"),
        (a_field(validate={"minLength": 3}), "一二", "“理由”至少3字，现有2字，请补充。"),
        (a_field(), "字" * 2_001, "“理由”最多2000字，现有2001字，请精简。"),
        (a_field(), "字" * 100_000, "“理由”内容过长，请精简后重新填写。"),
        (a_field(validate={"validationType": "phone"}), "12345", "“理由”应为手机号码或带区号的固定电话，请核对。"),
        (a_field(validate={"validationType": "email"}), "a@b", "“理由”应为电子邮箱地址，请核对。"),
        (a_field("number", "days"), "三天", "“理由”应为数字，请用阿拉伯数字填写。"),
        (a_field("number", "days"), "1e9", "“理由”应为数字，请用阿拉伯数字填写。"),
        (a_field("number", "days"), "9" * 15, "“理由”应为数字，请用阿拉伯数字填写。"),
        (a_field("number", "days", decimalDigits=0), "1.5", "“理由”应为整数。"),
        (a_field("number", "days", decimalDigits=1), "1.55", "“理由”应为最多1位小数。"),
        (a_field("number", "days", validate={"min": 1}), "0", "“理由”不能小于1。"),
        (a_field("number", "days", validate={"max": 5}), "6", "“理由”不能大于5。"),
        (a_field("datetime", "day", subtype="date"), "2026-02-30", "“理由”应为日期，如 2026-11-30。"),
        (a_field("datetime", "day", subtype="date"), "明天", "“理由”应为日期，如 2026-11-30。"),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_sentence(field: dict[str, Any], sent: str, says: str) -> None:
    assert complaint_about(field, sent) == says


def test_every_fault_is_told_at_once_and_unknown_keys_are_refused() -> None:
    form = form_of(a_field(validate={"required": True}), a_field("number", "amount"))

    with pytest.raises(InvalidAnswers) as refusal:
        form.validate({"amount": "x", "case_no": "ZBJS1", "amount2": ["1", "2"]})

    assert set(refusal.value.errors) == {"reason", "amount", "case_no", "amount2"}


def test_two_values_for_one_field_are_refused() -> None:
    assert complaint_about(a_field(), "a", "b") == "“理由”只能填写一项。"


def test_the_digest_covers_control_and_text() -> None:
    fields = (a_field("checkbox", "agreed", control=True), a_field())
    digests = {
        form_of(*fields).validate(raw).digest
        for raw in ({}, {"agreed": "on"}, {"reason": "一"}, {"agreed": "on", "reason": "一"})
    }

    assert len(digests) == 4


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (a_field("filepicker"), "不支持的字段类型 'filepicker'"),
        (a_field("html", content="<b>"), "不支持的字段类型 'html'"),
        ("text", "不是字段"),
        (a_field(key="Reason"), "字段名 'Reason' 不能用"),
        (a_field(key="a.b"), "字段名 'a.b' 不能用"),
        (a_field(key="class"), "字段名 'class' 不能用"),
        (a_field(control=True), "自由填写的内容不能作为控制字段"),
        (a_field("textarea", control=True), "自由填写的内容不能作为控制字段"),
        (a_field("checklist", values=YES_NO, control=True), "自由填写的内容不能作为控制字段"),
        (a_field("checkbox", "received_at", control=True), "控制字段名 received_at 是保留名"),
        (a_field("checkbox", "limit", control=True), "控制字段名 limit 是保留名"),
        (a_field(properties={"control": "maybe"}), "properties 的 control 只能是 true 或 false"),
        (a_field("select", values=YES_NO, properties={"asked_at": "home"}), "properties 的 asked_at 只能是 window"),
        (a_field("select", values=YES_NO, properties={"asked_at": ["window"]}), "properties 的 asked_at 只能是 window"),
        (a_field("select", values=YES_NO, properties={"asked_at": "window"}), "asked_at 只用于诉求表单"),
        (a_field("select", values=YES_NO, defaultValue="true"), "defaultValue 只用于只在窗口询问的项"),
        (a_field("select", values=YES_NO, defaultValue="maybe"), "defaultValue 不是这一项的选项"),
        (a_field("checkbox", properties={"asked_at": "window"}), "只有单选、下拉可以只在窗口询问"),
        (a_field(properties={"colour": "red"}), "自定义属性 colour 不受支持"),
        (a_field(conditional={"hide": "=true"}), "隐藏条件不能用"),
        (a_field(conditional={"hide": "=a > 1"}), "隐藏条件不能用"),
        (a_field(conditional={"show": "=a"}), "conditional 只能有 hide"),
        (a_field(conditional={"hide": '=elsewhere = "x"'}), "elsewhere 不在它的上面"),
        (a_field(readonly=True), "readonly 不受支持"),
        (a_field(validate={"pattern": "(a+)+$"}), "校验规则 pattern 不受支持"),
        (a_field(validate={"validationType": "iban"}), "校验类型 'iban' 不受支持"),
        (a_field(validate={"maxLength": -1}), "maxLength 应为 0 至 10000 的整数"),
        (a_field(validate={"required": "yes"}), "required 应为 true 或 false"),
        (a_field(label="=secret"), "label 含表达式"),
        (a_field(description="{{name}}"), "description 含表达式"),
        (a_field("datetime", subtype="time"), "只支持日期"),
        (a_field("select"), "选项应当恰好来自一处"),
        (a_field("select", values=YES_NO, valuesKey="units"), "选项应当恰好来自一处"),
        (a_field("select", values=[]), "选项应为 1 至 500 项"),
        (a_field("select", values=YES_NO + YES_NO[:1]), "值重复"),
        (a_field("select", values=[{"label": "", "value": "a"}]), "选项缺少名称或值"),
        (a_field("select", valuesExpression="=units"), "valuesExpression 不受支持"),
    ],
)
def test_what_the_server_cannot_carry_out_is_refused_by_name(field: Any, fault: str) -> None:
    text = faults_of(field)

    assert fault in text
    assert text.startswith("processes/zibo/forms/some.form · ")
    assert "改法：" in text


def test_all_faults_of_a_form_are_told_at_once() -> None:
    text = faults_of(a_field("html"), a_field(readonly=True), a_field(), a_field(), type="custom", components2=[])

    assert len(text.splitlines()) == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"type": "default", "type": "default", "components": []}',
        b'{"type": "default", "components": NaN}',
        b'{"a":' * 20 + b"1" + b"}" * 20,
        b"[" * 100_000,
        b'{"a": "\\ud800"}',
        b'{"a": 1' + b"0" * 5_000 + b"}",
        b" " * 300_000,
    ],
    ids=lambda content: content[:12],
)
def test_hostile_files_are_refused_not_obeyed(content: bytes) -> None:
    with pytest.raises(FolderFault):
        parse_form("zibo/forms/some.form", content)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: (
            st.lists(one)
            | st.dictionaries(
                st.sampled_from(["type", "key", "label", "validate", "values", "properties", "components", "x"]), one
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_whatever_breaks_the_reader(found: object) -> None:
    schema = {"type": "default", "components": [found, {"type": "select", "key": "a", "values": found}]}

    with pytest.raises(FolderFault):
        parse_form("zibo/forms/some.form", json.dumps(schema).encode())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_free_text_of_any_kind_is_taken_clean_or_refused(text: str) -> None:
    kept = form_of(a_field("textarea")).validate({"reason": text}).text.get("reason", "")

    assert isinstance(kept, str)
    kept.encode()
    assert not any(c in kept for c in "\x00\r\u202e\u200b")


def test_a_text_tells_of_the_case_and_is_left_out_when_the_case_has_nothing_of_it() -> None:
    form = parse_form("f.form", a_form(
        {"type": "text", "text": "本场：{{ session }}，{{half}}。"},
        {"type": "text", "text": "第二场：{{ second_on }}。"},
        {"type": "text", "text": "请如实填写。"},
    ))  # fmt: skip

    told = form.told({"session": "{{ half }}", "half": "", "second_on": ""}.__getitem__)

    texts = [part.text for part in told.components if isinstance(part, StaticText)]
    assert texts == ["本场：{{ half }}，。", "请如实填写。"]


@pytest.mark.parametrize("text", ["{{ a.b }}", "{{ a", "=a", "{{ a + b }}", "{{ 件数 }}"])
def test_a_text_computes_nothing(text: str) -> None:
    with pytest.raises(FolderFault, match="text 含表达式"):
        parse_form("f.form", a_form({"type": "text", "text": text}))
