"""Reply templates: read from replies.toml, filled with a case's facts, and never handed in with a blank in them."""

import pytest

from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.faults import FolderFault
from bihuan.locality.folder import Locality
from bihuan.locality.replies import REPLY_WORDS
from tests.locality.a_folder import a_field, a_folder, a_form
from tests.processes.play import locality

FILE = "zibo/replies.toml"
REPLY = """
[[reply]]
name = "已解决"
form = ["reply", "again"]
field = "reply"
text = ["您反映的事项（编号${case_no}）已于【填写：日期】解决。", "感谢支持。"]
"""
LOCALITIES = ("zibo", "xuchang", "changshu", "kaihua", "yunnan")


def with_replies(text: str) -> dict[str, bytes]:
    return a_folder(**{FILE: text, "zibo/forms/reply.form": a_form(a_field("textarea", "reply"))})


def test_a_template_is_read_a_paragraph_a_line_and_filled() -> None:
    (reply,) = Locality.of(with_replies(REPLY)).replies

    assert reply.forms == ("reply", "again")
    assert reply.placeholders == {"case_no"}
    assert reply.filled({"case_no": "ZBJS202600001"}) == (
        "您反映的事项（编号ZBJS202600001）已于【填写：日期】解决。\n感谢支持。"
    )


def test_a_fact_that_is_not_known_yet_is_left_to_fill_in() -> None:
    (reply,) = Locality.of(with_replies(REPLY)).replies

    assert "【填写：编号】" in reply.filled({"case_no": ""})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "已解决"', ""),
        ('field = "reply"', 'field = "re ply"'),
        ("${case_no}", "${case_no"),
        ('text = ["您', 'words = ["您'),
        ("\n[[reply]]", f"{REPLY}\n[[reply]]"),
    ],
)
def test_what_cannot_be_read_is_named(old: str, new: str) -> None:
    with pytest.raises(FolderFault) as caught:
        Locality.of(with_replies(REPLY.replace(old, new, 1)))

    assert {finding.file for finding in caught.value.findings} == {FILE}


def test_a_blank_that_was_left_cannot_be_handed_in() -> None:
    form = Locality.of(with_replies(REPLY)).form("reply")

    with pytest.raises(InvalidAnswers) as caught:
        form.validate({"reply": "已于【填写：日期】解决。"})
    assert "【填写：日期】还没有填写" in caught.value.errors["reply"]
    assert form.validate({"reply": "已于〔手机号已隐去〕【注】解决。"}).text


@pytest.mark.parametrize("name", LOCALITIES)
def test_every_locality_has_templates_for_what_it_writes_to_complainants(name: str) -> None:
    """Each form by which a unit answers has some, and each says its facts by the list alone."""
    where = locality(name)
    answering = {form.id for form in where.forms.values() for field in form.fields if field.key == "reply_to_company"}
    offered = {form for reply in where.replies if reply.field == "reply_to_company" for form in reply.forms}

    assert answering - offered == set()
    assert all(reply.placeholders <= REPLY_WORDS.keys() for reply in where.replies)
