"""The bank's records: what the read tools ask, and what loads them."""
