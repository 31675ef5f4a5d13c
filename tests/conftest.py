"""What all tests in Python have: an option that chooses among them."""

import re


def pytest_addoption(parser):
    parser.addoption("--match", default="", help="only tests whose name matches this regular expression")


def pytest_configure(config):
    # For what takes long: that XML and JSON say the same is proved elsewhere.
    config.addinivalue_line("markers", "only(param): with this parameter only")


def pytest_collection_modifyitems(config, items):
    def is_wanted(item):
        mark = item.get_closest_marker("only")
        return mark is None or mark.args[0] in item.callspec.id.split("-")

    items[:] = [item for item in items if is_wanted(item)]
    pattern = config.getoption("--match")
    if pattern:
        kept = [item for item in items if re.search(pattern, item.nodeid)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
