"""What a call costs, in US dollars, from a price list that comes with the product; unknown is None, not nothing."""

from decimal import Decimal

_PROVIDERS = {"openai": "openai", "azure": "azure", "bedrock": "aws"}


def price(provider: str, model: str, tokens_in: int, tokens_out: int) -> Decimal | None:
    """Return the price of a call; a model on this machine costs nothing that is listed."""
    if provider == "local":
        return Decimal(0)
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(
            Usage(input_tokens=tokens_in, output_tokens=tokens_out),
            model_ref=model.rpartition("/")[2],
            provider_id=_PROVIDERS[provider],
        )
    except (LookupError, ValueError):
        return None
    return Decimal(found.total_price)
