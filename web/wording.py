"""Chinese words for what the machine calls by English names: events, exits, origins, milestones, reasons."""

from datetime import datetime
from typing import Any

from bihuan.commands import pack_evidence
from bihuan.commands.appoint_stand_in import Appointed
from bihuan.commands.reveal_identity import REASONS
from bihuan.queries.changes import Change
from bihuan.queries.timeline import EventRow
from bihuan.queries.words import EXITS as EXITS
from bihuan.queries.words import UNIT_KINDS as UNIT_KINDS
from bihuan.queries.words import calendar_version as calendar_version
from bihuan.queries.words import exit_words as exit_words
from bihuan.store.calls import DIRECTIONS as CALL_DIRECTIONS
from bihuan.store.calls import OTHERS as CALLED
from web.times import due, moment, second

REVEAL_REASONS = REASONS
PACK_REASONS = pack_evidence.REASONS
ORDER_STATES = {"open": "待答复", "replied": "待审核", "closed": "已办结"}
ORDER_ENTRIES = {"demand": "督办事项和要求", "reply": "承办单位答复", "return": "退回意见", "closing": "办结意见"}
PERIODS = {"week": "每周", "half-month": "每半月", "month": "每月", "quarter": "每季度", "year": "每年"}
INCIDENT_STATES = {"open": "待处理", "retried": "已重试", "cancelled": "已取消该步骤"}
TOPICS = {"message.carry": "传递工单之间的消息", "message.look": "接收其他工单的消息"}
"""What a job does that no service task of a diagram asks for."""
ADMINISTRATION = (
    "people",
    "units",
    "notice_texts",
    "calendar",
    "recounts",
    "people.figure_readers",
    "administrative_log",
)
"""The blueprints whose pages are under 系统管理."""
LOGGED = {
    "account_created": "新建账号",
    "account_changed": "修改人员信息",
    "memberships_changed": "调整单位和角色",
    "password_reset": "重置密码",
    "password_changed": "修改本人密码",
    "account_closed": "停用账号",
    "account_opened": "启用账号",
    "sessions_ended": "结束全部登录",
    "account_unlocked": "解除登录锁定",
    "stand_in_appointed": "委托代理",
    "stand_in_revoked": "撤销代理",
    "figures_shown": "授权查看数据",
    "figures_taken_back": "取消查看数据授权",
    "unit_changed": "修改单位联系方式",
    "unit_renamed": "修改单位名称",
    "unit_added": "增设单位",
    "unit_closed": "撤销单位",
    "notice_text_changed": "修改通知文本",
    "days_declared": "登记日历",
    "recount_asked": "重算时限",
    "limits_recounted": "时限重算完成",
    "deployed": "部署流程",
}
"""What the administrative log (管理记录) calls each change."""
ROLE_RIGHTS = {
    "officer": "办理本单位的待办事项，查看本单位办理过的工单。",
    "principal": "在需要主要负责同志签字的环节签字，并可查看本单位办理过的工单。",
    "auditor": "查看本辖区全部工单，回放、核查流转记录和管理记录；不办理。",
    "process_owner": "查看和部署流程；不办理工单，看不到诉求内容。",
    "administrator": "管理人员、单位、通知文本和日历，处理系统异常；不办理工单，看不到诉求内容。",
}
"""What each role may do, as domain/access.py has it."""
_CHANGES = {
    "task": "环节：", "button": "可提事项：", "limit": "时限：", "limit_state": "时限：", "milestone": "节点：",
    "answer": "", "exit": "工单状态",
}  # fmt: skip
LIMIT_STATES = {"running": "正在计时", "passed": "已到期", "ended": "已结束"}
LIMIT_OUTCOMES = {
    "running": "正在计时", "kept": "按期办毕", "late": "逾期办毕", "missed": "已到期", "dropped": "终止",
    "came": "时间已到",
}  # fmt: skip
_ACTORS = {
    "complainant": "诉求人", "clock": "时限到期（系统）", "engine": "系统",
    "bell": "系统", "worker": "系统", "calendar": "日历调整（系统）",
}  # fmt: skip
FILLED_IN = "窗口代填诉求"
_EVENTS = {
    "request_submitted": "提交诉求",
    "procedure_opened": "开办",
    "task_opened": "转入“{step}”",
    "task_completed": "办毕“{step}”",
    "task_cancelled": "“{step}”不再需要办理",
    "task_claimed": "签收“{step}”",
    "task_released": "取消签收“{step}”",
    "task_assigned": "将“{step}”指派给{to}",
    "answers_given": "填报“{step}”办理内容",
    "signature_given": "在“{step}”签字",
    "button_armed": "可以提出“{step}”",
    "button_pressed": "提出“{step}”",
    "button_moved": "提出“{step}”的期限变更",
    "button_disarmed": "不能再提出“{step}”",
    "deadline_set": "起算时限：{step}",
    "deadline_passed": "时限届满：{step}",
    "deadline_ended": "时限终止：{step}",
    "deadline_moved": "时限变更：{step}",
    "deadline_confirmed": "时限由暂定转为确定：{step}",
    "deadline_not_moved": "时限未变更：{step}",
    "job_requested": "交系统办理“{step}”",
    "job_done": "系统办毕“{step}”",
    "job_failed": "系统办理“{step}”返回错误",
    "job_attempt_failed": "系统办理“{step}”未成功，将重试",
    "job_cancelled": "系统不再办理“{step}”",
    "message_thrown": "发出通知：{step}",
    "message_awaited": "等待其他工单的消息：{step}",
    "message_delivered": "收到工单 {sender} 的消息：{step}",
    "message_received": "消息起作用：{step}",
    "message_passed_over": "放弃工单 {sender} 的消息：{step}",
    "message_dismissed": "不再等待其他工单的消息：{step}",
    "milestone_reached": "登记节点：{milestone}",
    "decision_made": "按决策表得出结果：{step}",
    "item_added": "加派单位",
    "path_taken": "流程推进",
    "case_ended": "结束：{exit}",
    "reminded": "催办",
    "supplement_given": "补充材料",
    "rework_asked": "对办理结果不满意，要求重新办理",
    "complained_of_named": "登记被反映单位",
    "identity_revealed": "查看诉求人身份（{reason}）",
    "text_struck_out": "隐去诉求中的个人信息",
    "file_attached": "上传附件{file}",
    "file_struck_out": "上传附件{original}的隐去件（附件{file}）",
    "file_released": "放行附件{file}",
    "file_sealed": "封存附件{file}",
    "order_issued": "发督办单 {order}",
    "order_replied": "答复督办单 {order}",
    "order_returned": "督办单 {order} 退回重报",
    "order_closed": "督办单 {order} 办结",
    "call_recorded": "登记与{call}的通话",
    "evidence_packed": "导出证据包（{pack}）",
    "incident_opened": "登记系统异常",
    "incident_resolved": "处理系统异常：{how}",
}


STRANDS = {
    "": "全部", "people": "人员办理", "engine": "系统和时限", "messages": "通知和消息", "files": "文件",
    "calls": "通话",
}  # fmt: skip
"""Of what a timeline is made."""
NOTICE_STATES = {"waiting": "待发送", "sent": "已发送", "failed": "发送失败"}


def sentence(event: EventRow, procedure: str = "") -> str:
    """What happened, in one line; `procedure` as in `exit_words`."""
    detail = event.detail
    if event.kind == "request_submitted" and detail.get("channel") == "window":
        return FILLED_IN
    if event.kind == "deadline_passed" and event.awaited:
        return f"时间到：{event.step}"
    to_people = event.kind != "message_thrown" or detail.get("name") == "notice"
    text = (_EVENTS.get(event.kind, event.kind) if to_people else "向其他工单发出消息：{step}").format(
        step=event.step or detail.get("name") or "",
        milestone=event.milestone,
        exit=exit_words(str(detail.get("exit")), procedure) if detail.get("exit") else "已结束",
        reason=REASONS.get(str(detail.get("reason")), ""),
        how=INCIDENT_STATES.get(str(detail.get("how")), ""),
        sender=detail.get("from") or "",
        to=event.desk,
        file=detail.get("no") or "",
        original=detail.get("copy_of") or "",
        order=detail.get("order") or "",
        call=CALLED.get(str(detail.get("other")), ""),
        pack=PACK_REASONS.get(str(detail.get("reason")), ""),
    )
    return text.rstrip("：")


def remark(event: EventRow) -> str:
    """What goes with the sentence: the due instant, old and new, lateness."""
    detail = event.detail
    match event.kind:
        case "deadline_set":
            return f"{_instant(detail.get('due_at'))}到期" + ("（内部时限）" if detail.get("internal") else "")
        case "deadline_passed":
            at = _instant(detail.get("due_at"))
            return at if event.awaited else f"应于{at}前完成"
        case "deadline_moved" | "button_moved":
            why = "（日历调整）" if detail.get("why") else ""
            return f"由{_instant(detail.get('old'))}改为{_instant(detail.get('new'))}{why}"
        case "deadline_not_moved" if detail.get("why"):
            return f"按新日历应为{_instant(detail.get('to'))}，已过，维持原时限"
        case "task_released" if detail.get("why"):
            return "签收人账号停用或不再在该岗位，退回待签收"
        case "task_opened" | "message_thrown" | "complained_of_named":
            return event.desk
        case "answers_given" | "order_replied":
            return "逾期" if detail.get("late") else ""
        case "order_issued":
            return f"{_instant(detail.get('due_at'))}前答复"
        case "call_recorded":
            reached = "" if detail.get("reached") else "，未接通"
            way = CALL_DIRECTIONS.get(str(detail.get("direction")), "")
            return f"{way} {_moment(detail.get('called_at'))}{reached}"
        case "file_released":
            return "放行前已核对" if detail.get("looked") else ""
        case "evidence_packed":
            return "含诉求人身份" if detail.get("identity") else ""
        case _:
            return ""


def who_or_whom(event: EventRow) -> str:
    """What a timeline says below the sentence: whose desk it came to, or who did it, with the remark."""
    said = remark(event)
    if event.kind in ("task_opened", "message_thrown"):
        return said
    return f"{actor(event)} · {said}" if said else actor(event)


def actor(event: EventRow) -> str:
    """Who did it, for whom; of what the engine brought about, by whose deed."""
    who = event.actor or ("系统" if event.awaited else _ACTORS.get(event.actor_kind, "系统"))
    who += f"（代{event.acting_for}）" if event.acting_for else ""
    return f"系统（由{who}办理引起）" if event.brought_about else who


def words(name: str | None, table: dict[str, str]) -> str:
    """The Chinese word for a machine name, or the name itself when it is new."""
    return table.get(name or "", name or "")


def change(one: Change) -> str:
    """What changed, in a line of a table."""
    return f"{_CHANGES[one.what]}{one.name}"


def change_side(one: Change, side: str | datetime | None, procedure: str = "") -> str:
    """What it was before, or is after."""
    if isinstance(side, datetime):
        return due(side) if one.what == "limit" else second(side)
    if one.what in ("task", "button"):
        if side is None:
            return "—" if one.before is None else "已不在办" if one.what == "task" else "不能再提出"
        return f"待办（{side}）" if one.what == "task" else f"可以提出（{side}）"
    if one.what == "limit_state":
        return LIMIT_STATES[str(side)]
    if one.what == "exit":
        return exit_words(side, procedure) if side else "办理中"
    return side or "—"


def second_thoughts(appointed: Appointed) -> str:
    """What whoever appointed a stand-in is asked to look at again; empty when nothing strikes."""
    said = ""
    if not appointed.colleague:
        said += "请核对：代理人不是被代理人所在单位的同事，代理期间可以查看和办理该单位的事项。"
    if appointed.others:
        said += f"请核对：同一时段还委托了{'、'.join(appointed.others)}代理，几人都可以其名义办理。"
    return said + ("如有误，请撤销。" if said else "")


def _moment(text: Any) -> str:
    return moment(datetime.fromisoformat(str(text)))


def _instant(text: Any) -> str:
    return due(datetime.fromisoformat(str(text)))


def ahead(said: str) -> str:
    """What a locality says of a step that was taken (已分办), of one that is yet to come: 分办."""
    return said.replace("已经", "").replace("已", "")
