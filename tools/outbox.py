"""The outbox: the one place from which anything leaves the bank.

A message is laid down in the transaction of its last signature and carried out here, at least once, under an id by
which the receiver tells a repetition. Only `agent.resolve` may import this module.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import orjson

from tools.errors import Record, ToolError

if TYPE_CHECKING:
    import httpx

LEASE = timedelta(seconds=120)
"""How long a claimed message is left to the worker that claimed it; longer than any carrier may take."""
ATTEMPTS_MAX = 12
"""With the delays below about a day; then a person must look."""
DELAY_FIRST = timedelta(seconds=30)
DELAY_MAX = timedelta(hours=4)
TIMEOUT_SECONDS = 15.0
_RANDOM = secrets.SystemRandom()


class NotDelivered(ToolError):
    """This attempt failed; another may succeed."""

    def __init__(self, message: str, *, code: str = "not_delivered", where: str = "") -> None:
        super().__init__(message, code=code, where=where)


class Undeliverable(ToolError):
    """No attempt will succeed: a person must look."""

    def __init__(self, message: str, *, code: str = "undeliverable", where: str = "") -> None:
        super().__init__(message, code=code, where=where)


class Parcel(Protocol):
    """A message that waits in the outbox."""

    @property
    def message_id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def attempts(self) -> int: ...


class Tray(Protocol):
    """Where parcels wait; each deed is one transaction and compares before it swaps."""

    def due(self, now: datetime, limit: int) -> Sequence[Parcel]:
        """Return parcels to be tried now, longest waiting first."""

    def claim(self, parcel: Parcel, now: datetime, until: datetime) -> bool:
        """Take a parcel for one attempt; False when another worker has it."""

    def sent(self, parcel: Parcel, at: datetime) -> bool:
        """Note that a claimed parcel has left."""

    def not_sent(self, parcel: Parcel, at: datetime, why: str, again_at: datetime | None) -> bool:
        """Note that an attempt failed; without a time for another, the parcel has failed for good."""


class Carrier(Protocol):
    """A way out of the bank. Sending the same message id twice has the effect of sending it once."""

    def send(self, message_id: str, type: str, to: str, body: str) -> None:
        """Deliver, or raise NotDelivered or Undeliverable."""


class Delivery(Record):
    """What one round of delivery did, by message id."""

    sent: tuple[str, ...] = ()
    retried: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unrouted: tuple[str, ...] = ()
    """No carrier takes this type; nothing was tried."""


def deliver(
    tray: Tray,
    carriers: Mapping[str, Carrier],
    clock: Callable[[], datetime],
    *,
    limit: int = 100,
    jitter: Callable[[], float] = _RANDOM.random,
    at_step: Callable[[str], None] = lambda step: None,
) -> Delivery:
    """Try every parcel that is due once.

    `carriers` maps the beginning of a message type ("camt.", "MT", "reply") to its way out; "" takes the rest.
    """
    done: dict[str, list[str]] = {"sent": [], "retried": [], "failed": [], "unrouted": []}
    for parcel in tray.due(clock(), limit):
        carrier = _carrier_for(parcel.type, carriers)
        if carrier is None:
            done["unrouted"].append(parcel.message_id)
            continue
        now = clock()
        if tray.claim(parcel, now, now + LEASE):
            at_step("claimed")
            done[_attempt(tray, parcel, carrier, clock, jitter, at_step)].append(parcel.message_id)
    return Delivery(**{name: tuple(ids) for name, ids in done.items()})


def _carrier_for(type: str, carriers: Mapping[str, Carrier]) -> Carrier | None:
    fitting = [prefix for prefix in carriers if type.startswith(prefix)]
    return carriers[max(fitting, key=len)] if fitting else None


def _attempt(
    tray: Tray,
    parcel: Parcel,
    carrier: Carrier,
    clock: Callable[[], datetime],
    jitter: Callable[[], float],
    at_step: Callable[[str], None],
) -> str:
    try:
        carrier.send(parcel.message_id, parcel.type, parcel.recipient, parcel.body)
    except Undeliverable as final:
        tray.not_sent(parcel, clock(), str(final), None)
        return "failed"
    except NotDelivered as fault:
        now = clock()
        again_at = now + delay(parcel.attempts + 1, jitter) if parcel.attempts + 1 < ATTEMPTS_MAX else None
        tray.not_sent(parcel, now, str(fault), again_at)
        return "retried" if again_at else "failed"
    at_step("sent")
    tray.sent(parcel, clock())
    at_step("marked")
    return "sent"


def delay(attempts: int, jitter: Callable[[], float]) -> timedelta:
    """Return the wait after so many attempts: doubled each time up to a limit, spread over its upper half."""
    full: timedelta = min(DELAY_FIRST * 2 ** min(attempts - 1, 20), DELAY_MAX)
    return full * (0.5 + 0.5 * jitter())


class Folder:
    """Lays each message as a file into a folder, with a small envelope beside it, for another system to fetch."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message_id: str, type: str, to: str, body: str) -> None:
        name = _file_name(message_id)
        content = body.encode()
        envelope = {"message_id": message_id, "type": type, "to": to, "sha256": hashlib.sha256(content).hexdigest()}
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            # The envelope first: whoever waits for the message finds its addressee with it.
            self._lay(f"{name}.json", orjson.dumps(envelope, option=orjson.OPT_INDENT_2))
            self._lay(name + _suffix(type), content)
        except OSError as fault:
            raise NotDelivered(f"The folder {self._path.name!r} cannot be written: {fault.strerror}.") from fault

    def _lay(self, name: str, content: bytes) -> None:
        """Write whole or not at all; what lies there already is never overwritten with something else."""
        target = self._path / name
        if target.exists():
            if target.read_bytes() != content:
                raise Undeliverable(f"The file {name!r} is there already with other content.")
            return
        part = self._path / f".{name}.{secrets.token_hex(4)}.part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)


def _file_name(message_id: str) -> str:
    """Return a name safe on every file system and different for every message id."""
    name = quote(message_id, safe="").replace(".", "%2E")
    return name if len(name) <= 120 else f"{name[:80]}-{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"


def _suffix(type: str) -> str:
    if type.startswith("MT"):
        return ".fin"
    return ".txt" if type == "reply" else ".xml"


class Webhook:
    """Posts each message to one address, signed, under an idempotency key.

    `Amends-Signature: t=<seconds since 1970>,v1=<hex>`, where v1 is HMAC-SHA256 under the shared secret over
    "<t>.<body>"; the receiver recomputes it, refuses old times, and takes one `Idempotency-Key` once.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        client: "httpx.Client | None" = None,
    ) -> None:
        assert len(secret) >= 16, "a webhook's secret has 16 bytes or more"
        self._url = url
        self._secret = secret
        self._clock = clock
        self._client = client
        """Hand one in for a proxy, client certificates or other time limits."""

    def send(self, message_id: str, type: str, to: str, body: str) -> None:
        import httpx  # only a bank with a webhook pays for loading it

        if self._client is None:
            # A redirect would carry the message to an address that nobody configured.
            self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        content = orjson.dumps({"message_id": message_id, "type": type, "to": to, "body": body})
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(message_id, safe="/:+-. "),
            "Amends-Signature": signature(self._secret, self._clock(), content),
        }
        try:
            answer = self._client.post(self._url, content=content, headers=headers)
        except httpx.HTTPError as fault:
            raise NotDelivered(f"The webhook did not answer: {fault.__class__.__name__}.") from fault
        _judge(answer.status_code)


def signature(secret: bytes, at: datetime, content: bytes) -> str:
    """Return the value of the header `Amends-Signature`."""
    seconds = str(int(at.timestamp()))
    mac = hmac.new(secret, seconds.encode() + b"." + content, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mac}"


def _judge(status: int) -> None:
    """2xx is delivered; 408, 425, 429 and 5xx may pass; everything else will not change by trying again."""
    if 200 <= status < 300:
        return
    sentence = f"The webhook answered {status}."
    if status >= 500 or status in (408, 425, 429):
        raise NotDelivered(sentence)
    raise Undeliverable(sentence)
