"""What the assistant can look up and write: payment records, messages, clocks, rules."""
