"""FIN that a library wrote as XML, block by block and field by field, put together again as the text it was."""

from collections.abc import Iterable

from lxml import etree

BLOCK_FIELDS_MAX = 5000
"""Fields of one block that are put together; no FIN message has more."""

_PARTS = ("applicationId", "serviceId", "logicalTerminal", "sessionNumber", "sequenceNumber")
_INPUT = ("messageType", "receiverAddress", "messagePriority", "deliveryMonitoring", "obsolescencePeriod")
_OUTPUT = (
    *("messageType", "senderInputTime", "MIRDate", "MIRLogicalTerminal", "MIRSessionNumber", "MIRSequenceNumber"),
    *("receiverOutputDate", "receiverOutputTime", "messagePriority"),
)


def put_together(root: etree._Element) -> str | None:
    """The FIN text of elements block1 to block4 below any root; None where they are not there."""
    texts = next(root.iter("{*}block4"), None)
    if texts is None:
        return None
    fields = list(_fields(texts))
    if not fields:
        return None
    basic, application, user = (next(root.iter(f"{{*}}block{number}"), None) for number in (1, 2, 3))
    header = ""
    if basic is not None:
        header += "{1:" + _joined(basic, _PARTS) + "}"
    if application is not None:
        output = application.get("type") == "output" or application.find("{*}MIRDate") is not None
        header += "{2:" + ("O" if output else "I") + _joined(application, _OUTPUT if output else _INPUT) + "}"
    if user is not None and (tags := list(_fields(user))):
        header += "{3:" + "".join(f"{{{name}:{value}}}" for name, value in tags) + "}"
    return header + "{4:\n" + "".join(f":{name}:{value}\n" for name, value in fields) + "-}"


def _fields(block: etree._Element) -> Iterable[tuple[str, str]]:
    for place, tag in enumerate(block):
        name, value = tag.findtext("{*}name"), tag.findtext("{*}value")
        if name is not None and value is not None and place < BLOCK_FIELDS_MAX:
            yield name.strip(), value.replace("\r\n", "\n").strip("\n")


def _joined(block: etree._Element, names: tuple[str, ...]) -> str:
    return "".join((block.findtext(f"{{*}}{name}") or "").strip() for name in names)
