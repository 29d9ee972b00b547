"""Guardrails: small checks that can flag or block a proposal and can loosen nothing."""

from agent.guardrails import authority, grounding, injection, legality, privacy, tipping_off

__all__ = ["authority", "grounding", "injection", "legality", "privacy", "tipping_off"]
