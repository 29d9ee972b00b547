"""The lengths that batch and store share, free of any import."""

HOUR = 3_600_000_000
DAY = 24 * HOUR
"""Microseconds."""
MAJOR_MAX = 1_000_000
"""Amounts above count as this in squares and maxima, so that 64 bits hold their sums."""
