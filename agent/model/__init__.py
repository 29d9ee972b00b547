"""The language model: asked after the policy has spoken, bounded, checked by code, and never needed."""

from agent.model.name import ModelName, chain_of
from agent.model.voice import Voice
from agent.model.voices import Voices

__all__ = ["ModelName", "Voice", "Voices", "chain_of"]
