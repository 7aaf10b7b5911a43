"""Names as everybody reads them: the line breaks that fit a name into its box stay in the drawing."""

from tests.engine.diagrams import end, flows, process, start, user
from tests.engine.play import define


def test_a_name_is_one_line_however_it_was_drawn() -> None:
    drawn = process("p", start() + user("a") + end() + flows("s a e"))
    for plain, broken in (("p", "淄博市&#10;接诉即办"), ("a", "回复初步&#10;处理情况"), ("e", "all&#10;done")):
        drawn = drawn.replace(f'id="{plain}" name="{plain}"', f'id="{plain}" name="{broken}"')
    definition = define(drawn)
    assert definition.processes["p"].name == "淄博市接诉即办"
    assert [definition.element("p", one).name for one in ("a", "e")] == ["回复初步处理情况", "all done"]
