"""Read camt.055 (CstmrPmtCxlReq): a customer asks its bank to cancel payments of a file."""

from collections.abc import Iterator

from tools.iso20022.camt056 import cancellation
from tools.iso20022.elements import NOTHING, Fields, new_fields
from tools.iso20022.heading import Heading, assignment
from tools.iso20022.reading import Reading
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each TxInf of each batch; a batch or a file without transactions gives one for the whole."""
    entries = [entry for block in message.every("Undrlyg") for entry in _block(block, message, reading)]
    return assignment(message, reading), entries


def _block(block: Fields, message: Fields, reading: Reading) -> Iterator[Transaction]:
    group = block.into("OrgnlGrpInfAndCxl")
    for batch in block.every("OrgnlPmtInfAndCxl"):
        # The batch stands between file and transaction: it names its own OrgnlGrpInf, else the file's applies.
        named = _within(batch, group)
        for entry in batch.every("TxInf"):
            yield cancellation(entry, reading, named, message)
        if "TxInf" not in batch:
            yield cancellation(batch, reading, group, message, whole=True)
    for entry in block.every("TxInf"):
        yield cancellation(entry, reading, group, message)
    if group and "OrgnlPmtInfAndCxl" not in block and "TxInf" not in block:
        yield cancellation(group, reading, NOTHING, message, whole=True)


def _within(batch: Fields, group: Fields) -> Fields:
    """Batch with what only its file states, so that a transaction inherits both."""
    merged = new_fields(batch.name, batch.element)
    merged.update(group)
    merged.update(batch.into("OrgnlGrpInf"))
    merged.update(batch)
    merged.more = batch.more if "CxlRsnInf" in batch else group.more
    return merged
