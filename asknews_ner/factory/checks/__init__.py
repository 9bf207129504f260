"""Checks of finished tables: what each looks at, from where on it fails, and what that stops. Pure functions of the workspace."""
