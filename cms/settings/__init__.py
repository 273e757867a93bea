"""Settings: `base` for all, then `local`, `test` or `production`. Every variable of the
environment that Relais reads is listed in docs/settings.md."""
