"""ISO 20022: read any message into `Message`, whatever its version and envelope."""

from tools.iso20022.reader import read
from tools.message import Message

__all__ = ["Message", "read"]
