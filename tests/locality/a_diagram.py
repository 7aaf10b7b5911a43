"""A small sound procedure: dispatched, handled under a limit, rated, struck off; each test spoils one thing."""

SPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://bpmn.io/schema/bpmn"'
)


def properties(**values: str) -> str:
    """The properties of an element, as the modeler writes them."""
    listed = "".join(
        f'<camunda:property name="{name}" value="{value.replace(chr(34), "&#34;")}"/>' for name, value in values.items()
    )
    return f"<bpmn:extensionElements><camunda:properties>{listed}</camunda:properties></bpmn:extensionElements>"


def flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"/>'


def timer(id_: str, on: str, date: str, *, interrupting: str = "false") -> str:
    return (
        f'<bpmn:boundaryEvent id="{id_}" name="到期" attachedToRef="{on}" cancelActivity="{interrupting}">'
        f'<bpmn:timerEventDefinition><bpmn:timeDate xsi:type="bpmn:tFormalExpression">{date}</bpmn:timeDate>'
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


def notice(id_: str, payload: str) -> str:
    return (
        f'<bpmn:endEvent id="{id_}" name="提醒">{properties(payload=payload)}'
        '<bpmn:messageEventDefinition messageRef="m_notice"/></bpmn:endEvent>'
    )


def document(*parts: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {SPACES} id="d">{"".join(parts)}</bpmn:definitions>'
    )


REQUEST = document(
    '<bpmn:message id="m_notice" name="notice"/><bpmn:message id="m_extension" name="ask_extension"/>',
    '<bpmn:process id="request" name="接诉即办" isExecutable="true"><bpmn:laneSet id="lanes">',
    '<bpmn:lane id="l1" name="市平台"><bpmn:flowNodeRef>dispatch</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
    '<bpmn:startEvent id="received" name="收到诉求">',
    properties(milestone="received", clause="ZB-16") + "</bpmn:startEvent>",
    '<bpmn:userTask id="dispatch" name="分办" camunda:formKey="dispatch" camunda:candidateGroups="platform">',
    f"{properties(milestone='dispatched')}</bpmn:userTask>",
    timer("dispatch_due", "dispatch", 'workdays(limit("dispatch"), since=received_at)'),
    notice("dispatch_urged", '{"template": "urge", "to": "supervision_office"}'),
    '<bpmn:subProcess id="handling" name="限期办理"><bpmn:startEvent id="begin"/>',
    '<bpmn:userTask id="reply" name="答复" camunda:formKey="reply" camunda:candidateGroups="${handling_unit}"/>',
    '<bpmn:endEvent id="replied"><bpmn:terminateEventDefinition/></bpmn:endEvent>',
    flow("begin", "reply") + flow("reply", "replied") + "</bpmn:subProcess>",
    timer("reply_due", "handling", 'workdays(3, since=dispatched_at, at="12:00")'),
    notice("reply_urged", '{"template": "urge", "to": handling_unit if handling_unit else "supervision_office"}'),
    '<bpmn:boundaryEvent id="ask_extension" name="延期申请" attachedToRef="handling" cancelActivity="false">',
    properties(audience="${handling_unit}", form="reply", until='deadline("reply_due")', refusal="已过期限"),
    '<bpmn:messageEventDefinition messageRef="m_extension"/></bpmn:boundaryEvent><bpmn:endEvent id="asked"/>',
    '<bpmn:callActivity id="rate" name="企业评价" calledElement="rating"/>',
    '<bpmn:endEvent id="closed" name="销号">',
    properties(exit="closed") + "<bpmn:terminateEventDefinition/></bpmn:endEvent>",
    flow("received", "dispatch") + flow("dispatch", "handling") + flow("dispatch_due", "dispatch_urged"),
    flow("reply_due", "reply_urged") + flow("ask_extension", "asked"),
    flow("handling", "rate") + flow("rate", "closed") + "</bpmn:process>",
)
RATING = document(
    '<bpmn:message id="m_rating" name="rating"/><bpmn:process id="rating" name="企业评价" isExecutable="true">',
    f'<bpmn:startEvent id="invited">{properties(milestone="rating_invited")}</bpmn:startEvent>',
    '<bpmn:eventBasedGateway id="wait" name="等评价"/><bpmn:intermediateCatchEvent id="rated" name="评价">',
    properties(audience="complainant", form="rating"),
    '<bpmn:messageEventDefinition messageRef="m_rating"/></bpmn:intermediateCatchEvent>',
    '<bpmn:intermediateCatchEvent id="not_rated" name="未评价"><bpmn:timerEventDefinition>',
    '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">workdays(5, since=rating_invited_at)</bpmn:timeDate>',
    '</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent><bpmn:userTask id="look_into" name="督查"',
    ' camunda:formKey="reply" camunda:candidateGroups="supervision_office"/>',
    timer("look_into_due", "look_into", "workdays(3, since=rating_invited_at)") + '<bpmn:endEvent id="late"/>',
    '<bpmn:endEvent id="over"/>',
    flow("invited", "wait") + flow("wait", "rated") + flow("wait", "not_rated") + flow("rated", "over"),
    flow("not_rated", "look_into") + flow("look_into", "over") + flow("look_into_due", "late"),
    "</bpmn:process>",
)
INSPECTION = document(
    '<bpmn:message id="m_open" name="open"/><bpmn:message id="m_notice" name="notice"/>',
    '<bpmn:process id="inspection" name="专项督查" isExecutable="true"><bpmn:startEvent id="opened" name="开办督查">',
    properties(audience="platform", form="open_inspection", milestone="opened"),
    '<bpmn:messageEventDefinition messageRef="m_open"/></bpmn:startEvent><bpmn:userTask id="inspect" name="督查"',
    ' camunda:formKey="reply" camunda:candidateGroups="supervision_office"/>',
    timer("inspect_due", "inspect", "workdays(10, since=opened_at)"),
    notice("inspect_urged", '{"template": "urge", "to": "supervision_office"}'),
    '<bpmn:endEvent id="inspected" name="办结">',
    properties(exit="closed") + "<bpmn:terminateEventDefinition/></bpmn:endEvent>",
    flow("opened", "inspect") + flow("inspect", "inspected") + flow("inspect_due", "inspect_urged"),
    "</bpmn:process>",
)
"""A second procedure, which the platform opens."""
