"""The cache in Redis, as Django has it."""

from typing import Any

from django.core.cache.backends import redis


class OneClient(redis.RedisCacheClient):
    """Keeps the client, which threads may share. Django makes one for each reading: as long again as the reading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        # One server is all that the settings name.
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept


class RedisCache(redis.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient
