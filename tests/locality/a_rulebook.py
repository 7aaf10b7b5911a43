"""Builds a small rules.toml."""

RULEBOOK = """
[basis]
title  = "配套措施"
issuer = "淄博市人民政府"
source = "市政府网站"
"""


def a_rule(rule: str = "ZB-16", **more: str) -> str:
    """One rule of a rules.toml."""
    words = {"id": rule, "kind": "角色", "gist": "转承办单位", "quote": "按职责转办相关承办单位办理", **more}
    return "[[rule]]\n" + "".join(f'{name} = "{value}"\n' for name, value in words.items())
