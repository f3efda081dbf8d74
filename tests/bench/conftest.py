import sys
from pathlib import Path

import pytest

# bench/ is found beside the tests, as it is not installed; last on the path, so that an installed autograd comes first
sys.path.append(str(Path(__file__).parents[2]))


@pytest.fixture(autouse=True, scope="package")
def no_pause():
    """Nobody's threads need to fall asleep where nothing is measured."""
    from bench import timing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "_PAUSE", 0.0)
        yield
