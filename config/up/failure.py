"""Why a start did not work, in one line for a person at a terminal."""


class UpError(Exception):
    """The message says what is wrong and what to do; it is shown without a traceback."""
