"""The tests keep their small rulebooks out of the user's own cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPT_FORMULATE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
