"""WeChat's SDK, pointed at the host of the settings, with tokens that processes can share."""

from typing import Any

from typing_extensions import override
from wechatpy import WeChatClient

WAIT_S = 10.0
TOKEN_ERRCODES = frozenset({40001, 40014, 42001})
"""The token is not, or no more, what WeChat expects: another one is fetched, once."""


class Client(WeChatClient):  # type: ignore[misc] # the SDK has no types
    """One account's program. Its calls wait: they belong in a thread."""

    def __init__(self, appid: str, secret: str, host: str) -> None:
        # The SDK's own way to try again has no end; see `Gateway`.
        super().__init__(appid, secret, timeout=WAIT_S, auto_retry=False)
        self.host = host
        self.API_BASE_URL = f"{host}/cgi-bin/"

    @override
    def fetch_access_token(self) -> Any:
        """Fetch the token that stays the same for all who ask: several processes may.

        The usual one would put an end to that of the others.
        """
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        told = self.post(
            f"{self.host}/cgi-bin/stable_token", params={"access_token": None}, data=body
        )
        self.session.set(self.access_token_key, told["access_token"], told["expires_in"])
        return told

    @property
    @override
    def access_token(self) -> str:
        """The token, fetched where there is none or it has ended."""
        token: str | None = self.session.get(self.access_token_key)
        if not token:
            token = self.fetch_access_token()["access_token"]
        return str(token)

    def forget_token(self) -> None:
        """Fetch another token for the next call."""
        self.session.delete(self.access_token_key)
