"""Reading XML that strangers wrote: no DTD, no entities, no network, bounded in size, depth and number of elements."""

from lxml import etree

MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 1_000_000, 60_000, 20

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"

_elements = etree.XPath("count(//*)")
_too_deep = etree.XPath(f"boolean({'/*' * (MOST_DEPTH + 1)})")


class Unreadable(ValueError):
    """The bytes are no XML we read; the message says why, in Chinese."""


def read(content: bytes) -> etree._Element:
    """The root element. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"不是有效的 XML 文件（{error}）") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("文件含有 DTD 声明")
    if _too_deep(root):
        raise Unreadable(f"文件嵌套超过 {MOST_DEPTH} 层")
    if _elements(root) > MOST_ELEMENTS:
        raise Unreadable(f"文件所含元素超过 {MOST_ELEMENTS} 个")
    return root


def local(node: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def space(node: etree._Element) -> str:
    """The element's namespace."""
    tag = node.tag
    return tag.rpartition("}")[0][1:] if isinstance(tag, str) else ""


def bpmn(node: etree._Element, name: str) -> list[etree._Element]:
    """The BPMN children of that name."""
    return list(node.findall(f"{{{BPMN}}}{name}"))


def text_of(node: etree._Element | None) -> str:
    """The text inside an element."""
    return "" if node is None else "".join(node.itertext()).strip()


def written(root: etree._Element) -> bytes:
    """The file that holds this element and all in it."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
