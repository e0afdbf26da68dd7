"""Settings: `rectify.yaml`. Each value knows whether it came from the file, the environment or a default."""

from rectify.settings.reading import load_settings, plain, read_settings
from rectify.settings.records import (
    ANOTHER_PERSON,
    FILE,
    AccountsSource,
    Catalogue,
    ConnectorSettings,
    LetterSettings,
    Limits,
    Operator,
    Secret,
    Settings,
    SmtpSettings,
)

__all__ = [
    "ANOTHER_PERSON",
    "FILE",
    "AccountsSource",
    "Catalogue",
    "ConnectorSettings",
    "LetterSettings",
    "Limits",
    "Operator",
    "Secret",
    "Settings",
    "SmtpSettings",
    "load_settings",
    "plain",
    "read_settings",
]
