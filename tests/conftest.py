"""What all tests in Python have: an option that chooses among them."""

import re


def pytest_addoption(parser):
    parser.addoption("--match", default="", help="only tests whose name matches this regular expression")


def pytest_collection_modifyitems(config, items):
    pattern = config.getoption("--match")
    if pattern:
        kept = [item for item in items if re.search(pattern, item.nodeid)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
