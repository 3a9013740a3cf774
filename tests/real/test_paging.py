"""Pages end where the traces do, on real stores."""

import pytest

from tests.oracle import Oracle
from tests.real.calls import Tools
from tests.real.conftest import REAL

pytestmark = REAL


@pytest.mark.parametrize("order", ["newest", "slowest", "name ASC"])
async def test_there_is_no_empty_page_behind_one_that_is_exactly_full(
    own_tools: Tools, oracle: Oracle, order: str
) -> None:
    """MLflow gives a token with every full page, also with the last; an agent would ask in vain."""
    locations = [own_tools.store.sample.experiments["nasty"]]
    count = len(oracle.search(own_tools.store, locations=locations, max_results=500))
    limit = max(number for number in range(2, 100) if count % number == 0 and number < count)

    pages = await own_tools.pages(experiment="nasty", order_by=order, limit=limit)

    assert sum(page["returned"] for page in pages) == count
    assert all(page["returned"] for page in pages)
