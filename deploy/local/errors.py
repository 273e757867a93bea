"""The one error of the local services."""


class ServiceError(RuntimeError):
    """A service cannot be had. The message is one or two sentences that say what to do."""
