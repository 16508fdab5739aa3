"""What the command line refuses with."""


class StartError(Exception):
    """Why something could not be started: a sentence for the person at the terminal."""
