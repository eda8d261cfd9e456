"""The one exception for what a person has configured wrongly, in a file or in the environment."""


class ConfigError(Exception):
    """What is configured is wrong. The message names every place and what is wrong there; it is for whoever can mend it."""
