"""What a look-up of a playbook is.

It asks read tools through the notebook and returns fields of `Facts`. It runs whether or not the payment was found,
and says nothing where it has nothing to say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from agent.inquiry import Inquiry

Known = Mapping[str, Any]
"""The facts found so far, by name."""
LookUp = Callable[[Inquiry, Known], dict[str, Any]]
