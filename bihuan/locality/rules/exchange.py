"""Rules about messages between cases: what is thrown has somebody who waits for it, and the other way round."""

from collections.abc import Iterator

from bihuan.engine.control import is_name
from bihuan.locality.rules import groups
from bihuan.locality.rules.drawn import Drawn, Fault, Place

NOTICE = "notice"


def messages_have_both_ends(drawn: Drawn) -> Iterator[Fault]:
    """Every message that one diagram of the folder throws is awaited by another, and says whom it means."""
    thrown, awaited = list(_thrown(drawn)), list(_awaited(drawn))
    for place in awaited:
        if place.message not in {one.message for one in thrown}:
            cure = "在应当告知它的流程中画抛出事件或结束事件，或核对消息名称"
            yield place.fault(f"没有流程发出消息 {place.message}，会一直等下去", cure)
    for place in thrown:
        if place.message not in {one.message for one in awaited}:
            cure = "在应当接收的流程中画捕获事件或边界事件，或核对消息名称；告知人员的请用通知（notice）"
            yield place.fault(f"没有流程等待消息 {place.message}，发出也无人接收", cure)
        if not place.node.properties.get("correlation_key"):
            yield place.fault("消息没有写明发给哪些工单", '填写 correlation_key，如 month(booked_at) 或 "all"')
        yield from _payload(place)


def _payload(place: Place) -> Iterator[Fault]:
    payload = place.node.properties.get("payload")
    names = groups.names(payload) if payload else frozenset()
    if names is None:
        yield place.fault("消息内容（payload）没有逐项写明", '写作 {"session": case_no}')
    for name in sorted(names or ()):
        if not is_name(name):
            yield place.fault(f"消息内容的名称 {name} 不合规定", "名称不能以 _at 结尾，不能是保留名称")


def _thrown(drawn: Drawn) -> Iterator[Place]:
    for place in drawn.places.values():
        if place.node.tag in ("intermediateThrowEvent", "endEvent") and place.message not in ("", NOTICE):
            yield place


def _awaited(drawn: Drawn) -> Iterator[Place]:
    for place in drawn.places.values():
        waiting = place.node.tag in ("intermediateCatchEvent", "boundaryEvent")
        if waiting and place.message and "audience" not in place.node.properties:
            yield place
