"""What the pytest plugin does once a golden file or a fixture is used; the plugin itself is `pytest_clippings`."""
