"""An invented set in the layout of the external one: many alike documents, and long cases that need several of them.

It proves that the loader and the table work, and lets long questions be tried where the public set is not at hand. Its
figures say nothing about that set.
"""

import random
from pathlib import Path

import orjson

COLOURS = ("Amber", "Cobalt", "Ivory", "Crimson", "Olive", "Silver", "Teal", "Coral", "Indigo", "Maroon")
PRODUCTS = {
    "checking account": "a current account with a debit card",
    "savings account": "an account that bears interest",
    "credit card": "a card with a credit line",
    "business account": "an account for firms",
}
TOPICS = {
    "fees": (
        "Fee schedule",
        "The {p} costs {n} dollars a month. The charge is waived when the average balance stays above {m} dollars. "
        "Withdrawals at machines of other institutions cost {k} dollars each, and {k} dollars more abroad.",
        "there is a monthly charge of {n} dollars on my {p} statement that I never agreed to",
    ),
    "eligibility": (
        "Who may apply",
        "Applicants for the {p} must be residents aged eighteen or over, with a credit score of at least {m}. "
        "Holders of a suspended product are declined until the suspension is lifted.",
        "my cousin wants to open a {p} as well, but his score is not great, would he even be accepted",
    ),
    "limits": (
        "Transfer and spending limits",
        "Outgoing transfers from the {p} are capped at {m} dollars a day. An officer may raise the cap for {n} days "
        "after a call-back to the registered telephone number.",
        "I have to send a larger sum from the {p} tomorrow and the app refuses it",
    ),
    "closing": (
        "Closure procedure",
        "Before the {p} is closed, pending items must settle and the remaining balance is paid out. Closure within {n} "
        "days of opening forfeits the welcome bonus of {m} dollars.",
        "I also think of getting rid of the {p} altogether, what happens with the sign-up reward",
    ),
    "dispute": (
        "Disputed transactions",
        "A holder of the {p} may dispute an entry within {n} days. The agent files a provisional credit of up to {m} "
        "dollars and opens a claim with the transaction reference.",
        "one purchase on the {p} was not made by me and I want the money back",
    ),
    "replacement": (
        "Lost or stolen plastic",
        "A lost card of the {p} is blocked at once. A new one arrives within {n} working days; express delivery "
        "costs {k} dollars.",
        "my wallet was taken in the metro, the plastic of the {p} was in it",
    ),
    "rewards": (
        "Reward programme",
        "The {p} earns {k} points a dollar on groceries and fuel, up to {m} points a quarter. Points lapse after {n} "
        "months without activity.",
        "the points that I collected with the {p} seem to have vanished",
    ),
}
GENERAL = {
    "identity": (
        "Verifying a caller",
        "An agent confirms name, date of birth, postal address, e-mail and telephone number before anything is said "
        "about a product. Two mismatches end the call.",
    ),
    "handover": (
        "Transfer to a human",
        "A caller who asks twice for a person is handed over with a summary of what was done so far.",
    ),
    "credits": (
        "Goodwill and corrections",
        "Erroneous charges are credited net: what was charged too much less what was charged too little. The agent "
        "records the account and the kind of credit.",
    ),
}
NAMES = ("Ines Aubry", "Tom Okafor", "Mei Tanaka", "Luca Ferri", "Sara Lindqvist", "Omar Haddad")
NEEDS = (2, 5)


def write(folder: Path, seed: int, *, tasks: int = 60) -> None:
    """Write documents and tasks; the same seed gives the same bytes."""
    draw = random.Random(seed)  # noqa: S311  # an invented set, no secret
    texts = {f"doc_general_{name}_001": {"title": t, "content": c} for name, (t, c) in GENERAL.items()}
    for kind, about in PRODUCTS.items():
        for colour in COLOURS:
            for topic in TOPICS:
                texts[_id(colour, kind, topic)] = _document(draw, f"{colour} {kind}", about, topic)
    _put(folder / "documents", {id: {"id": id, **text} for id, text in texts.items()})
    _put(folder / "tasks", {f"task_{n:03d}": _task(draw, f"task_{n:03d}") for n in range(1, tasks + 1)})


def _id(colour: str, kind: str, topic: str) -> str:
    return f"doc_{kind}_{colour}_{topic}_001".lower().replace(" ", "_")


def _document(draw: random.Random, product: str, about: str, topic: str) -> dict[str, str]:
    title, text, _ = TOPICS[topic]
    said = _filled(draw, text, product)
    return {"title": f"{product}: {title}", "content": f"## {title}\nThe {product} is {about}.\n\n{said}"}


def _task(draw: random.Random, id: str) -> dict[str, object]:
    name = draw.choice(NAMES)
    needs = [
        (draw.choice(COLOURS), draw.choice(list(PRODUCTS)), draw.choice(list(TOPICS)))
        for _ in range(draw.randint(*NEEDS))
    ]
    gold = [_id(*need) for need in needs] + ["doc_general_identity_001"]
    lines = [
        f"**Your character:** You are {name}, {draw.randint(21, 70)} years old, patient but short of time.",
        f"**Verification info:** Name: {name} | Phone: 303-555-{draw.randint(1000, 9999)} | DOB: 06/15/1989",
        f"**Address:** {draw.randint(1, 999)} Pioneer Road, Denver. You took the bus this morning and it was late.",
        "## Conversation Flow:",
        '1. **Opening:** "Hi, I hope you can help me, I have a few things on my list today."',
        "2. **Provide verification info when asked:** Give your name, phone number and date of birth.",
    ]
    for number, (colour, kind, topic) in enumerate(needs, 3):
        asked = _filled(draw, TOPICS[topic][2], f"{colour} {kind}")
        lines.append(f'{number}. **Then:** "Listen, {asked}." If the agent is unsure, say that you can wait a moment.')
    lines.append('9. **Closing:** "Great, thanks again for your help, have a nice day!" ###STOP###')
    return {
        "id": id,
        "user_scenario": {"persona": None, "instructions": "\n\n".join(lines)},
        "required_documents": sorted(set(gold)),
    }


def _filled(draw: random.Random, text: str, product: str) -> str:
    return text.format(p=product, n=draw.randint(5, 90), m=draw.randint(2, 20) * 100, k=draw.randint(2, 9))


def _put(folder: Path, texts: dict[str, dict[str, object]] | dict[str, dict[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for id, text in texts.items():
        (folder / f"{id}.json").write_bytes(orjson.dumps(text, option=orjson.OPT_INDENT_2))
