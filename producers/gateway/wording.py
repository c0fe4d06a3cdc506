"""What the gateway says of its own accord: each in Chinese and English, as what is wrong and what to do."""

import re
from enum import StrEnum

import msgspec

from plan.faults import Fault, FaultCode


class Language(StrEnum):
    """The languages people are told in."""

    CHINESE = "zh"
    ENGLISH = "en"


class DoorCode(StrEnum):
    """Why the door refuses, beside the faults of the contract."""

    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    BAD_PARAMETER = "bad_parameter"
    WRONG_MEDIA_TYPE = "wrong_media_type"
    HEAD_TOO_LARGE = "head_too_large"
    TOO_SLOW = "too_slow"
    TOO_OFTEN = "too_often"
    BUSY = "busy"
    SPOOL_FULL = "spool_full"
    DISK_FULL = "disk_full"
    DISK_FAULT = "disk_fault"
    CLOSING = "closing"
    SAME_KEY_OTHER_CONTENT = "same_key_other_content"
    NOT_ONE_RETURN = "not_one_return"
    OUR_FAULT = "our_fault"


class Told(msgspec.Struct, frozen=True):
    """One fault as it is told: code, place, and the mend in both languages."""

    code: str
    place: str
    says_zh: str
    says_en: str


_TEXTS: dict[str, tuple[str, str]] = {
    DoorCode.NO_KEY: (
        "请求没有密钥;请在 Authorization 头中写明 Bearer 密钥",
        "no key; send it in the Authorization header as Bearer",
    ),
    DoorCode.WRONG_KEY: (
        "密钥不对;请核对是否完整,或请管理员重新发放",
        "the key is wrong; check that it is complete, or ask the operator for a new one",
    ),
    DoorCode.KEY_EXPIRED: (
        "密钥已于 {at} 到期;请管理员换发",
        "the key expired at {at}; ask the operator to rotate it",
    ),
    DoorCode.KEY_REVOKED: (
        "密钥已停用;请向管理员申领新密钥",
        "the key was revoked; ask the operator for a new one",
    ),
    DoorCode.NOT_FOUND: (
        "没有 {what};请核对名称",
        "there is no {what}; check the name",
    ),
    DoorCode.WRONG_METHOD: (
        "这个地址不接受 {what};见 /openapi.json",
        "this address does not take {what}; see /openapi.json",
    ),
    DoorCode.BAD_PARAMETER: (
        "参数有误:{what};见 /openapi.json",
        "not usable: {what}; see /openapi.json",
    ),
    DoorCode.WRONG_MEDIA_TYPE: (
        "不接受 {what};请按 {known} 发送,不加压缩",
        "cannot read {what}; send {known}, not compressed",
    ),
    DoorCode.HEAD_TOO_LARGE: (
        "请求头超过 {most} 字节;请删减",
        "the head of the request is over {most} bytes; send fewer or shorter headers",
    ),
    DoorCode.TOO_SLOW: (
        "正文传送太慢,已中断;请检查网络后重发,编号不变即不会重复",
        "the body came too slowly and was cut off; check the line and send again, the same id is not taken twice",
    ),
    DoorCode.TOO_OFTEN: (
        "请求过于频繁;请 {wait} 秒后再发",
        "too many requests; send again in {wait} s",
    ),
    DoorCode.BUSY: (
        "同时处理的请求已满;请 {wait} 秒后再发",
        "too many requests at once; send again in {wait} s",
    ),
    DoorCode.SPOOL_FULL: (
        "暂存已满,本次未接收;请 {wait} 秒后再发,此前的回执仍然有效",
        "the spool is full and this was not taken; send again in {wait} s, earlier receipts stay true",
    ),
    DoorCode.DISK_FULL: (
        "网关磁盘已满,本次未接收;请稍后再发并告知管理员,此前的回执仍然有效",
        "the gateway's disk is full and this was not taken; send again later and tell the operator, "
        "earlier receipts stay true",
    ),
    DoorCode.DISK_FAULT: (
        "网关磁盘故障,本次未接收;请稍后再发并告知管理员",
        "the gateway's disk fails and this was not taken; send again later and tell the operator",
    ),
    DoorCode.CLOSING: (
        "网关正在停机;请 {wait} 秒后用同一编号再发,不会重复",
        "the gateway is stopping; send the same again in {wait} s, it is not taken twice",
    ),
    FaultCode.SAME_ID_OTHER_CONTENT: (
        "编号 {what} 已用于内容不同的报送;更正请用新编号",
        "id {what} was used before for other content; give a correction a new id",
    ),
    DoorCode.SAME_KEY_OTHER_CONTENT: (
        "幂等键 {what} 已用于内容不同的报送;请换新键",
        "idempotency key {what} was used before for other content; use a new one",
    ),
    FaultCode.TOO_LARGE: (
        "正文超过 {most} 字节;请拆分报表或删减备注",
        "the body is over {most} bytes; split the return or drop the notes",
    ),
    FaultCode.NOT_AUTHORISED: (
        "本密钥只能由 {unit} 报送{forms},不能报 {what};请用对应单位的密钥",
        "this key reports as {unit}{forms} only, not {what}; use the key of that unit or ask for the form",
    ),
    DoorCode.NOT_ONE_RETURN: (
        "一次只收一份报表,文件中有 {what} 份;请分开提交",
        "one return at a time, the file holds {what}; send them one by one",
    ),
    DoorCode.OUR_FAULT: (
        "网关内部出错,本次未接收;请稍后再发,并把 trace_id 告知管理员",
        "a fault of the gateway, this was not taken; send again later and tell the operator the trace_id",
    ),
}

_TITLES: dict[int, tuple[str, str]] = {
    400: ("请求有误", "The request is not usable"),
    401: ("密钥无效", "The key is not valid"),
    403: ("无权报送", "Not authorised"),
    404: ("没有找到", "Not found"),
    405: ("方法不允许", "Method not allowed"),
    408: ("传送太慢", "Too slow"),
    409: ("与此前的报送冲突", "Conflicts with an earlier one"),
    413: ("正文太大", "Too large"),
    415: ("格式不支持", "Media type not supported"),
    422: ("未接收:不合报表要求", "Refused: breaks the contract"),
    429: ("请求过于频繁", "Too many requests"),
    431: ("请求头太大", "Head of the request too large"),
    500: ("内部错误", "Internal fault"),
    503: ("暂时不能接收", "Not available for the moment"),
    507: ("磁盘已满", "The disk is full"),
}


def told(code: DoorCode | FaultCode, place: str, **facts: object) -> Told:
    """A fault of the door in both languages."""
    says_zh, says_en = _TEXTS[code]
    return Told(code, place, says_zh.format(**facts), says_en.format(**facts))


def of_contract(fault: Fault) -> Told:
    """A fault of the contract, which has its words already."""
    return Told(fault.code, fault.place, fault.says_zh, fault.says_en)


def title(status: int, language: Language) -> str:
    """The headline of a refusal."""
    chinese, english = _TITLES[status]
    return chinese if language is Language.CHINESE else english


_RANGE = re.compile(r"(?P<tag>\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?(?:\s*;\s*q=(?P<q>[01](?:\.\d{0,3})?))?")


def language_of(accept_language: str) -> Language:
    """The language a person asks for in an Accept-Language header; Chinese when neither is preferred."""
    weights = {Language.CHINESE: 0.0, Language.ENGLISH: 0.0}
    for part in accept_language.split(","):
        found = _RANGE.fullmatch(part.strip())
        if found and found["tag"].lower() in set(Language):
            language = Language(found["tag"].lower())
            weights[language] = max(weights[language], float(found["q"] or 1))
    return Language.ENGLISH if weights[Language.ENGLISH] > weights[Language.CHINESE] else Language.CHINESE
