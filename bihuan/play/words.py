"""Chinese words for what history calls by English names: kinds of events, ways to end, reasons to refuse."""

KINDS = {
    "request_submitted": "提交诉求", "procedure_opened": "开办", "task_opened": "待办", "task_completed": "办毕",
    "task_cancelled": "撤销待办",
    "task_claimed": "签收", "task_released": "取消签收", "task_assigned": "指派",
    "answers_given": "填报", "signature_given": "签字",
    "button_armed": "可提出", "button_pressed": "提出", "button_disarmed": "不再可提出",
    "button_moved": "可提出的期限变更", "deadline_set": "起算时限",
    "deadline_passed": "时限届满", "deadline_ended": "时限终止", "deadline_moved": "时限变更",
    "deadline_not_moved": "时限未变更", "job_requested": "交系统办理", "job_done": "系统办毕",
    "job_failed": "系统办理出错", "job_cancelled": "系统不再办理",
    "message_thrown": "发出", "message_awaited": "等待消息", "message_delivered": "收到消息",
    "message_received": "消息起作用", "message_passed_over": "放弃消息",
    "message_dismissed": "不再等待消息", "milestone_reached": "节点", "decision_made": "查表", "path_taken": "流程推进",
    "item_added": "加派", "case_ended": "结束", "identity_revealed": "查看企业身份", "text_struck_out": "隐去信息",
    "incident_opened": "登记异常", "incident_resolved": "处理异常", "job_attempt_failed": "系统办理未成功",
}  # fmt: skip
LAMPS = {"green": "绿灯", "amber": "黄灯", "red": "红灯"}
ENDS = {"closed": "销号", "declined": "不予受理", "transferred": "移送", "withdrawn": "撤回"}
REFUSALS = {
    "not-yours": "无权办理", "not-open": "已不在待办", "invalid-answers": "填写不合要求", "signature": "没有签字",
}  # fmt: skip
