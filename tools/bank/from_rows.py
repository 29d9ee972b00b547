"""How rows become records again, one function per table.

What stands in a row was checked when it was written, so records are made of it without checking again (`_made`):
one microsecond a record instead of ten, and an investigation reads some thirty.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeVar

from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    ReferenceRate,
    Tariff,
    TrackerEvent,
    ValueDate,
)
from tools.errors import Record
from tools.payment import UETR, Agent, Charge, Party, Payment, minor_units

Row = tuple[Any, ...]
R = TypeVar("R", bound=Record)


def payment(row: Row) -> Payment:
    (
        _, uetr, _, rail, message_type, message_id, instruction_id, end_to_end_id, transaction_id, direction, minor,
        currency, settlement_date, instructed_minor, instructed_currency, charge_bearer, charges, settlement_method,
        debtor_name, _, debtor_account, debtor_written, debtor_address, debtor_agent,
        creditor_name, _, creditor_account, creditor_written, creditor_address, creditor_agent,
        instructing_agent, instructed_agent, intermediaries, purpose, remittance, state, state_reason,
        state_at, credited_at, covers, return_of, channel, device,
    ) = row  # fmt: skip
    return _made(
        Payment,
        {
            "uetr": _uetr(uetr),
            "rail": rail,
            "message_type": message_type,
            "message_id": message_id,
            "instruction_id": instruction_id,
            "end_to_end_id": end_to_end_id,
            "transaction_id": transaction_id,
            "direction": direction,
            "amount": _amount(minor, currency),
            "currency": currency,
            "settlement_date": settlement_date,
            "instructed_amount": None
            if instructed_minor is None
            else _amount(instructed_minor, instructed_currency or currency),
            "instructed_currency": instructed_currency,
            "charge_bearer": charge_bearer,
            "charges": _charges(charges),
            "settlement_method": settlement_method,
            "debtor": _made(
                Party, {"name": debtor_name, "account": debtor_written or debtor_account, "address": debtor_address}
            ),
            "debtor_agent": _agent(debtor_agent),
            "creditor": _made(
                Party,
                {"name": creditor_name, "account": creditor_written or creditor_account, "address": creditor_address},
            ),
            "creditor_agent": _agent(creditor_agent),
            "instructing_agent": _agent(instructing_agent),
            "instructed_agent": _agent(instructed_agent),
            "intermediaries": tuple(map(_agent, intermediaries)) if intermediaries else (),
            "purpose": purpose,
            "remittance": remittance,
            "state": state,
            "state_reason": state_reason,
            "state_at": state_at,
            "credited_at": credited_at,
            "covers": None if covers is None else _uetr(covers),
            "return_of": None if return_of is None else _uetr(return_of),
            "channel": channel,
            "device": device,
        },
    )


def tracker_event(row: Row) -> TrackerEvent:
    _, uetr, at, agent, status, reason, amount, currency, charges = row
    return _made(
        TrackerEvent,
        {
            "uetr": _uetr(uetr),
            "at": at,
            "agent": _agent(agent),
            "status": status,
            "reason": reason,
            "amount": None if amount is None else Decimal(amount),
            "currency": currency,
            "charges": _charges(charges),
        },
    )


def account(row: Row) -> Account:
    _, number, written, holder, customer_id, currency, balance_minor, status, opened_at, closed_at, address = row
    return _made(
        Account,
        {
            "account": written or number,
            "holder": holder,
            "customer_id": customer_id,
            "currency": currency,
            "balance": _amount(balance_minor, currency),
            "status": status,
            "opened_at": opened_at,
            "closed_at": closed_at,
            "address": address,
        },
    )


def customer(row: Row) -> Customer:
    _, customer_id, name, segment, emails, vulnerable, standing_orders = row
    return _made(
        Customer,
        {
            "customer_id": customer_id,
            "name": name,
            "segment": segment,
            "emails": tuple(emails or ()),
            "vulnerable": bool(vulnerable),
            "standing_orders": tuple(standing_orders or ()),
        },
    )


def hold(row: Row) -> Hold:
    _, scope, ref, written, kind, status, since = row
    return _made(
        Hold, {"scope": scope, "ref": written or ref, "kind": kind, "status": status, "since": _day_or_time(since)}
    )


def answer(row: Row) -> CustomerAnswer:
    _, ref, question, asked_at, answered_at, given, words = row
    return _made(
        CustomerAnswer,
        {
            "ref": _uetr(ref),
            "question": question,
            "asked_at": asked_at,
            "answered_at": answered_at,
            "answer": given,
            "text": words,
        },
    )


def prior_case(row: Row) -> PriorCase:
    _, case_id, uetr, kind, direction, status, opened_at, counterparty, their_case_id, message_id, reason = row
    return _made(
        PriorCase,
        {
            "id": case_id,
            "uetr": None if uetr is None else _uetr(uetr),
            "type": kind,
            "direction": direction,
            "status": status,
            "opened_at": opened_at,
            "counterparty": _agent_or_name(counterparty),
            "their_case_id": their_case_id,
            "message_id": message_id,
            "reason": reason,
        },
    )


def charge_paid(row: Row) -> ChargePaid:
    _, uetr, agent, minor, currency, at = row
    return _made(
        ChargePaid,
        {
            "uetr": _uetr(uetr),
            "agent": _agent(agent),
            "amount": _amount(minor, currency),
            "currency": currency,
            "at": _day_or_time(at),
        },
    )


def tariff(row: Row) -> Tariff:
    _, agent, _, currency, amount, kind = row
    return _made(Tariff, {"agent": _agent(agent), "currency": currency, "amount": Decimal(amount), "kind": kind})


def reference_rate(row: Row) -> ReferenceRate:
    _, name, currency, day, rate = row
    return _made(ReferenceRate, {"name": name, "currency": currency, "date": day, "rate": Decimal(rate)})


def value_date(row: Row) -> ValueDate:
    _, uetr, agreed, actual, cause = row
    return _made(ValueDate, {"uetr": _uetr(uetr), "agreed": agreed, "actual": actual, "cause": cause})


def incident(row: Row) -> Incident:
    _, incident_id, kind, uetrs, description, at = row
    return _made(
        Incident,
        {
            "id": incident_id,
            "kind": kind,
            "uetrs": tuple(map(_uetr, uetrs)) if uetrs else (),
            "description": description,
            "at": _day_or_time(at),
        },
    )


def _made(record: type[R], values: dict[str, Any]) -> R:
    """Do what `model_construct` does, every field given: the values come from rows that passed validation once."""
    made = record.__new__(record)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", _fields(record))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


@cache
def _fields(record: type[Record]) -> set[str]:
    """All of them are given; frozen records never change theirs, and copies take a copy."""
    return set(record.model_fields)


def _uetr(text: str) -> UETR:
    return str.__new__(UETR, text)


_agent = lru_cache(4096)(Agent)


@lru_cache(1024)
def _agent_or_name(text: str | None) -> Agent | str | None:
    if text is None:
        return None
    try:
        return Agent(text)
    except ValueError:
        return text


def _amount(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-minor_units(currency))


def _charges(charges: list[dict[str, str]] | None) -> tuple[Charge, ...]:
    if not charges:
        return ()
    return tuple(
        _made(
            Charge,
            {"agent": _agent(c["agent"]), "amount": Decimal(c["amount"]), "currency": c["currency"]},
        )
        for c in charges
    )


def _day_or_time(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
