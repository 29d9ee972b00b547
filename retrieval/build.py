"""Compiles the rule documents: `python -m retrieval.build`, or `--check` to see whether the built files are stale."""

import hashlib
import sys

from retrieval import corpus, index, rulebook
from retrieval.embed import embedding
from retrieval.rule import UnusableRules


def built() -> bytes:
    """The bytes that the rule book file must hold for the documents as they are now."""
    rules = corpus.read()
    problems = corpus.lint(rules)
    if problems:
        raise UnusableRules("The rule documents have faults:", tuple(problems))
    body = rulebook.compiled(rules)
    return b'{"version":"%s"}\n%s' % (hashlib.sha256(body).hexdigest().encode(), body)


def main(arguments: list[str]) -> int:
    """Write the rule book and its vectors; with --check, write nothing and return 1 when they are stale."""
    fresh = built()
    stale = not rulebook.BUILT.is_file() or rulebook.BUILT.read_bytes() != fresh
    if "--check" in arguments:
        sys.stdout.write("stale: run python -m retrieval.build\n" if stale else "up to date\n")
        return int(stale)
    rulebook.BUILT.write_bytes(fresh)
    texts = [passage.text for passage in index.passages(corpus.read())]
    index.ship(texts, embedding()(texts))
    sys.stdout.write(f"{len(fresh.splitlines()) - 1} documents, {len(texts)} passages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
