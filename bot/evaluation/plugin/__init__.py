"""What the pytest plugin does once a golden file or a fixture is used; the plugin itself is `pytest_clippings`."""

# Projects that name this package, as the plugin was once called, get the plugin.
pytest_plugins = ("pytest_clippings",)
