"""How a limit is counted, in words, or from what: `workdays(15, at=12:00)` is 第15个工作日12:00 to people."""

import re

_CALL = re.compile(r"(\w+)\(([^()]*)\)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def counted(rule: str) -> str:
    """The rule in words; what is no such rule stays as it is."""
    found = _CALL.fullmatch(rule)
    first, *others = [part.strip() for part in found[2].split(",")] if found else [""]
    given = {name: value.strip("'\"") for name, _, value in (part.partition("=") for part in others)}
    at = given.get("at", "")
    match found and found[1]:
        case "workdays":
            return f"{_nth(first, '个工作日')}{at}"
        case "days":
            return f"{_nth(first, '日')}{at}（{_rolled(given)}）"
        case "workday_of_month":
            return f"{_month(given)}{_of_month(first, '个工作日')}{at}"
        case "day_of_month":
            return f"{_month(given)}{_of_month(first, '日')}{at}（{_rolled(given)}）"
        case "on":
            return f"指定日期{first}，{at}前" if at else f"指定日期{first}"
    return rule


def _nth(number: str, unit: str) -> str:
    return f"之前第{number[1:]}{unit}" if number.startswith("-") else f"第{number}{unit}"


def _of_month(number: str, unit: str) -> str:
    return f"倒数第{number[1:]}{unit}" if number.startswith("-") else f"第{number}{unit}"


def _rolled(given: dict[str, str]) -> str:
    return "遇休息日不顺延" if given.get("roll") == "False" else "遇休息日顺延"


def _month(given: dict[str, str]) -> str:
    of = given.get("of", "")
    if found := _QUARTER.fullmatch(of):
        return f"{found[1]}年第{found[2]}季度"
    found = _MONTH.match(of)
    return f"{found[1]}年{int(found[2])}月" if found else of
