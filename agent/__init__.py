"""The assistant: a case comes in, rules decide, evidence proves, a person signs."""
