import sys
from pathlib import Path

# bench/ is found beside the tests, as it is not installed; last on the path, so that an installed autograd comes first
sys.path.append(str(Path(__file__).parents[2]))
