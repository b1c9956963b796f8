"""An earlier name of the plugin, `pytest_clippings`."""

pytest_plugins = ("pytest_clippings",)
