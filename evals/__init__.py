"""Evaluation: scenarios with known answers, run offline through the front door, held to gates."""
