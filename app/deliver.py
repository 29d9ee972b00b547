"""`amends deliver`: carry out what lies in the outbox."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent.resolve import Carrier, Folder, Webhook, deliver, send_again
from agent.settings import Settings, settings
from agent.store_room import now, open_store
from tools.errors import UnusableInput

SECRET_CHARACTERS_MIN = 16


def carriers(folder: Path, config: Settings) -> Mapping[str, Carrier]:
    """Everything goes to the webhook where one is set, else into the folder `outbox` of the store."""
    if config.webhook_url is None:
        return {"": Folder(folder / "outbox")}
    if len(config.webhook_secret or "") < SECRET_CHARACTERS_MIN:
        raise UnusableInput(
            f"AMENDS_WEBHOOK_SECRET must be set to {SECRET_CHARACTERS_MIN} characters or more; deliveries are signed "
            "with it.",
            where="settings",
        )
    assert config.webhook_secret is not None
    return {"": Webhook(config.webhook_url, config.webhook_secret.encode(), clock=now)}


def deliver_outbox(
    store: Path | None, *, again: str | None, user: str | None, json: bool, emit: Callable[[Any], None]
) -> None:
    """Deliver what is due and say how many messages went out."""
    config = settings()
    folder = store or config.store
    desk = open_store(folder, config)
    if again is not None:
        if not user:
            raise UnusableInput("Say who puts the message back: --as USER.", where="--as")
        send_again(desk, again, user=user, now=now())
    done = deliver(desk, carriers(folder, config), now)
    if json:
        emit(done.model_dump(mode="json"))
    else:
        sys.stdout.write(
            f"{len(done.sent)} sent, {len(done.retried)} to be tried again, {len(done.failed)} failed for good.\n"
        )
