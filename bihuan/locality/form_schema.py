"""Reads a form (表单) as bpmn.io's form editor writes it (form-js schema, JSON) into a frozen `Form`.

Hostile files are expected. Whatever the server cannot carry out faithfully (expressions but those that hide a field,
patterns, uploads) is refused when the form is read, never silently dropped.
"""

import json
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from bihuan.locality.conditions import BadCondition, Condition, asked_about, parse_condition
from bihuan.locality.faults import Notes
from bihuan.locality.fields import NAMED, Field, FieldType, Option, StaticText, Value, plain_value
from bihuan.locality.forms import Form

LARGEST_FORM: Final = 256 * 1024
DEEPEST_FORM: Final = 10
MOST_COMPONENTS: Final = 200
MOST_OPTIONS: Final = 500
LONGEST: Final[Mapping[str, int]] = {"textfield": 2_000, "textarea": 10_000}

_CONTROL_TYPES: Final = frozenset({"number", "select", "radio", "checkbox", "datetime"})
_LOOKED_AT: Final[Mapping[str, frozenset[str]]] = {
    "=": frozenset({"select", "radio", "checkbox"}),
    "in": frozenset({"select", "radio"}),
    "ticked": frozenset({"checkbox"}),
    "contains": frozenset({"checklist"}),
}
"""Which fields a condition may look at, by how it does."""
_REQUEST: Final = "request"
"""The form that companies hand requests in by, and windows for them: the only one that is asked at two places."""
_PROPERTIES: Final[Mapping[str, tuple[object, ...]]] = {
    "control": ("true", "false", True, False),
    "asked_at": ("window",),
}
"""What a field may have besides what the editor knows."""
_CHOICES: Final = frozenset({"select", "radio", "checklist"})
_RESERVED: Final = frozenset({"workdays", "days", "on", "limit", "deadline", "len", "min", "max", "pressed_at"})

# What the editor writes and we either use or may leave aside because it changes looks only.
_LOOKS: Final = frozenset(
    {"id", "layout", "appearance", "dateLabel", "timeLabel", "searchable", "showOutline", "use24h"}
)
_FORM_KEYS: Final = frozenset(
    {
        "type",
        "id",
        "components",
        "schemaVersion",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
    }
)
_COMMON: Final = _LOOKS | {"conditional", "type", "key", "label", "description", "validate", "properties"}
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "textfield": _COMMON,
    "textarea": _COMMON,
    "number": _COMMON | {"decimalDigits", "increment"},
    "select": _COMMON | {"values", "valuesKey", "defaultValue"},
    "radio": _COMMON | {"values", "valuesKey", "defaultValue"},
    "checklist": _COMMON | {"values", "valuesKey"},
    "checkbox": _COMMON,
    "datetime": _COMMON | {"subtype", "timeSerializingFormat"},
    "text": _LOOKS | {"conditional", "type", "text", "properties"},
}
_VALIDATE: Final[Mapping[str, frozenset[str]]] = {
    "textfield": frozenset({"required", "minLength", "maxLength", "validationType"}),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}


def parse_form(file: str, content: bytes) -> Form:
    """The form in a file. Raises FolderFault naming every field that cannot be carried out, and why."""
    notes = Notes(file, "L05")
    schema = _load(content, notes)
    notes.refuse_if_any()
    _only(schema, _FORM_KEYS, "表单", notes)
    if schema.get("type") != "default":
        notes.add("type", "不是 form-js 表单", "用 bpmn.io 表单编辑器保存后再放入 forms 目录")
    listed = schema.get("components")
    if not isinstance(listed, list) or len(listed) > MOST_COMPONENTS:
        notes.add("components", f"缺少字段列表，或多于 {MOST_COMPONENTS} 项", "拆成几张表单")
        listed = []
    components = [found for place, item in enumerate(listed, 1) if (found := _component(item, place, notes))]
    keys = [component.key for component in components if isinstance(component, Field)]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        notes.add(key, "字段名重复", "给每个字段不同的 key")
    _require_sense(components, notes)
    name = file.rsplit("/", 1)[-1].removesuffix(".form")
    _require_two_places(name, components, notes)
    notes.refuse_if_any()
    return Form(name, file, tuple(components))


def _load(content: bytes, notes: Notes) -> dict[str, Any]:
    if len(content) > LARGEST_FORM:
        notes.add("", f"表单超过 {LARGEST_FORM // 1024} KB", "拆成几张表单")
        return {}
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
        if not isinstance(found, dict) or _depth(found) > DEEPEST_FORM:
            raise ValueError("no object, or nested too deep")
    except (ValueError, RecursionError) as error:
        notes.add("", f"不是有效的 JSON 表单（{error}）", "用 bpmn.io 表单编辑器重新保存", rule="L02")
        return {}
    return found


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _component(item: object, place: int, notes: Notes) -> Field | StaticText | None:
    if not isinstance(item, dict):
        notes.add(f"第{place}项", "不是字段", "用 bpmn.io 表单编辑器重新保存")
        return None
    kind = item.get("type")
    where = str(item.get("key") or item.get("label") or f"第{place}项")[:80]
    if not isinstance(kind, str) or kind not in _KNOWN:
        known = "、".join(_KNOWN)
        notes.add(where, f"不支持的字段类型 {kind!r}", f"可用的类型：{known}")
        return None
    _only(item, _KNOWN[kind], where, notes)
    if kind == "text":
        return _static(item, where, notes)
    return _field(item, cast(FieldType, kind), where, notes)


def _static(item: dict[str, Any], where: str, notes: Notes) -> StaticText:
    """Fixed words, and names of what the case has: nothing is computed."""
    text = item.get("text", "")
    if isinstance(text, str):
        _text({"text": NAMED.sub("", text)}, "text", where, notes)
    else:
        text = _text(item, "text", where, notes)
    return StaticText(text.strip(), _hide(item, where, notes))


def _field(item: dict[str, Any], kind: FieldType, where: str, notes: Notes) -> Field:
    rules = item.get("validate", {})
    if not isinstance(rules, dict):
        notes.add(where, "validate 应为一组校验规则", "用表单编辑器重新保存")
        rules = {}
    _only(rules, _VALIDATE.get(kind, frozenset({"required"})), where, notes, "校验规则 ")
    if kind == "datetime" and item.get("subtype") != "date":
        notes.add(where, "只支持日期，不支持时刻", "把 subtype 改为 date")
    longest, properties = LONGEST.get(kind, 0), _properties(item, where, notes)
    options = _options(item, where, notes) if kind in _CHOICES else ()
    return Field(
        key=_key(item, where, notes),
        type=kind,
        label=_text(item, "label", where, notes) or _text(item, "dateLabel", where, notes) or where,
        description=_text(item, "description", where, notes),
        required=_flag(rules, "required", where, notes),
        control=_control(item, kind, properties, where, notes),
        options=options,
        values_key=_text(item, "valuesKey", where, notes) or None,
        least=_number(rules, "min", where, notes),
        most=_number(rules, "max", where, notes),
        decimals=_whole(item, "decimalDigits", where, notes),
        shortest=_whole(rules, "minLength", where, notes) or 0,
        longest=min(_whole(rules, "maxLength", where, notes) or longest, longest),
        kind=_content_kind(rules, where, notes),
        hide=_hide(item, where, notes),
        asked_at="window" if properties.get("asked_at") else "",
        default=_default(item, options, where, notes),
    )


def _only(found: Mapping[str, Any], known: frozenset[str], where: str, notes: Notes, what: str = "") -> None:
    for name in found:
        if name not in known:
            notes.add(
                where,
                f"{what}{name} 不受支持",
                "删去这一设置；校验请用必填、长度、范围表达，何时隐藏写在 conditional 的 hide",
            )


def _key(item: dict[str, Any], where: str, notes: Notes) -> str:
    key = item.get("key")
    if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", key) or keyword.iskeyword(key):
        notes.add(where, f"字段名 {key!r} 不能用", "key 用小写英文字母开头，只含小写字母、数字和下划线，最长 64 字")
        return "invalid"
    return key


def _properties(item: dict[str, Any], where: str, notes: Notes) -> dict[str, Any]:
    found = item.get("properties", {})
    if not isinstance(found, dict):
        notes.add(where, "properties 应为一组属性", "用表单编辑器重新保存")
        return {}
    _only(found, frozenset(_PROPERTIES), where, notes, "自定义属性 ")
    for name, known in _PROPERTIES.items():
        if found.get(name) is not None and found[name] not in known:
            wanted = " 或 ".join(value for value in known if isinstance(value, str))
            notes.add(where, f"properties 的 {name} 只能是 {wanted}", f"改为 {wanted} 或删去")
            return {}
    return found


def _default(item: dict[str, Any], options: Sequence[Option], where: str, notes: Notes) -> Value | None:
    """The choice that counts where the field is not asked."""
    if (given := item.get("defaultValue")) is None:
        return None
    found = next((option.value for option in options if plain_value(option.value) == _written(given)), None)
    if found is None:
        notes.add(where, "defaultValue 不是这一项的选项", "改为 values 中的一个值，或删去")
    return found


def _require_two_places(form: str, components: Sequence[Field | StaticText], notes: Notes) -> None:
    """Only a request is handed in at two places; what only one asks is a choice, and nothing else has a default."""
    for field in components:
        if not isinstance(field, Field):
            continue
        if field.asked_at and form != _REQUEST:
            notes.add(field.label, "asked_at 只用于诉求表单 request.form", "删去 asked_at")
        if field.asked_at and field.type not in ("select", "radio"):
            notes.add(field.label, "只有单选、下拉可以只在窗口询问", "改用选择，或删去 asked_at")
        if field.default is not None and not field.asked_at:
            notes.add(field.label, "defaultValue 只用于只在窗口询问的项", "加上 asked_at = window，或删去 defaultValue")


def _control(item: dict[str, Any], kind: str, properties: Mapping[str, Any], where: str, notes: Notes) -> bool:
    if properties.get("control") not in ("true", True):
        return False
    if kind not in _CONTROL_TYPES:
        notes.add(where, "自由填写的内容不能作为控制字段", "改用选择、勾选、数字或日期，或去掉 control")
    key = str(item.get("key"))
    if key.endswith("_at") or key in _RESERVED:
        notes.add(where, f"控制字段名 {key} 是保留名", "换一个名称；_at 结尾的名称由里程碑使用")
    return True


def _hide(item: dict[str, Any], where: str, notes: Notes) -> Condition | None:
    given = item.get("conditional") or {}
    if not isinstance(given, dict) or set(given) - {"hide"} or not isinstance(given.get("hide", ""), str):
        notes.add(where, "conditional 只能有 hide 一项", "在表单编辑器的 Condition 一栏填写何时隐藏")
        return None
    if not (text := given.get("hide", "").strip()):
        return None
    try:
        return parse_condition(text)
    except BadCondition as bad:
        cure = '写作 =eligible != "no" 这样的比较，可用 =、!=、in ["甲", "乙"]、and、or、not(…)'
        notes.add(where, f"隐藏条件不能用：{bad}", cure)
        return None


def _require_sense(components: Sequence[Field | StaticText], notes: Notes) -> None:
    """A condition looks at choices and ticks further up, and compares them with values that they offer."""
    above: dict[str, Field] = {}
    for part in components:
        where = part.label if isinstance(part, Field) else part.text[:20]
        for how, key, values in asked_about(part.hide) if part.hide else ():
            if key not in above:
                notes.add(where, f"隐藏条件所看的 {key} 不在它的上面", "只看表单中排在前面的项，或调整次序")
                continue
            looked_at = above[key]
            if looked_at.type not in _LOOKED_AT[how]:
                notes.add(
                    where, f"隐藏条件不能这样看 {key}", "单选、下拉用 = 或 in，勾选直接写 key，多选用 list contains"
                )
            offered = {_written(option.value) for option in looked_at.options} | {""}
            if looked_at.options and (unknown := sorted(set(values) - offered)):
                notes.add(where, f"隐藏条件中的 {unknown[0]!r} 不是 {key} 的选项", "改为该项选项的值")
        if isinstance(part, Field):
            above[part.key] = part


def _options(item: dict[str, Any], where: str, notes: Notes) -> tuple[Option, ...]:
    listed, dynamic = item.get("values"), item.get("valuesKey")
    if (listed is None) == (dynamic is None):
        notes.add(where, "选项应当恰好来自一处", "填写 values，或填写 valuesKey，二者取一")
        return ()
    if dynamic is not None:
        return ()
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_OPTIONS:
        notes.add(where, f"选项应为 1 至 {MOST_OPTIONS} 项", "补全选项")
        return ()
    labels = {_written(one.get("value")): one.get("label") for one in listed if isinstance(one, dict)}
    labels = {value: label for value, label in labels.items() if value and isinstance(label, str) and label}
    if len(labels) < len(listed):
        notes.add(where, "选项缺少名称或值，或值重复", "给每个选项一个名称和一个不同的值")
    return tuple(Option(value, str(label)) for value, label in zip(_typed(list(labels)), labels.values(), strict=True))


def _written(value: object) -> str:
    """An option's value as text; empty when it cannot be one."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, int | str) else ""
    return text if len(text) <= 200 else ""


def _typed(texts: Sequence[str]) -> list[Value]:
    """The editor can only write text: options that are all true/false, or all whole numbers, are meant as such."""
    if all(text in ("true", "false") for text in texts):
        return [text == "true" for text in texts]
    if all(re.fullmatch(r"0|-?[1-9]\d{0,8}", text, re.ASCII) for text in texts):
        return [int(text) for text in texts]
    return list(texts)


def _content_kind(rules: dict[str, Any], where: str, notes: Notes) -> Literal["", "email", "phone"]:
    kind = rules.get("validationType") or ""
    if kind not in ("", "email", "phone"):
        notes.add(where, f"校验类型 {kind!r} 不受支持", "可用 email 或 phone")
        return ""
    return cast(Literal["", "email", "phone"], kind)


def _text(item: dict[str, Any], name: str, where: str, notes: Notes) -> str:
    value = item.get(name, "")
    if not isinstance(value, str) or len(value) > 5_000:
        notes.add(where, f"{name} 应为文字", "用表单编辑器重新填写")
        return ""
    if value.startswith("=") or "{{" in value:
        notes.add(where, f"{name} 含表达式", "只能写固定文字；任务表单的说明文字中可写 {{ session_on }} 这样的名称")
    return value.strip()


def _flag(rules: dict[str, Any], name: str, where: str, notes: Notes) -> bool:
    value = rules.get(name, False)
    if not isinstance(value, bool):
        notes.add(where, f"{name} 应为 true 或 false", "用表单编辑器重新勾选")
        return False
    return value


def _number(rules: dict[str, Any], name: str, where: str, notes: Notes) -> float | None:
    value = rules.get(name)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII):
        value = float(value) if "." in value else int(value)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12):
        return value
    notes.add(where, f"{name} 应为数字", "填写数字")
    return None


def _whole(rules: dict[str, Any], name: str, where: str, notes: Notes) -> int | None:
    value = _number(rules, name, where, notes)
    if value is None or (isinstance(value, int) and 0 <= value <= 10_000):
        return value
    notes.add(where, f"{name} 应为 0 至 10000 的整数", "填写整数")
    return None
