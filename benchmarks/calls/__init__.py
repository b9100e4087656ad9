"""A blocking call with receipt and limits beside the SDK's client, awaited."""
