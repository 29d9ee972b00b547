"""The rule book: what the rules say, since when, on whose word, and the proof of a quotation."""

from retrieval.citation import Citation, verify
from retrieval.rule import Rule, Section, UnknownRail, UnknownRule, UnusableRules
from retrieval.rulebook import RuleBook

__all__ = ["Citation", "Rule", "RuleBook", "Section", "UnknownRail", "UnknownRule", "UnusableRules", "verify"]
