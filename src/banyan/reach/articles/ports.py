"""What the room needs from outside itself: where people reach what is published, and chance."""

from banyan.base.errors import Trouble
from banyan.base.secret import new_token

_files = "/files/"


class Ports:
    """Filled once, when the process is built."""

    def __init__(self) -> None:
        self._public_url = ""

    def connect(self, *, public_url: str) -> None:
        """Publish under this address, without a slash at its end."""
        self._public_url = public_url

    def link(self, channel_id: int, article_id: str, place: int) -> str:
        """Where an article is read. Raises Trouble `articles.no_address`."""
        if not self._public_url:
            raise Trouble("articles.no_address")
        return f"{self._public_url}/s/{channel_id:d}/{article_id}/{place}"

    def preview_link(self, token: str) -> str:
        """Where a draft is looked at. Raises Trouble `articles.no_address`."""
        if not self._public_url:
            raise Trouble("articles.no_address")
        return f"{self._public_url}/previews/{token}/1"

    def find_file(self, source: str) -> str:
        """The file of ours that a picture's address names; empty for others."""
        path = source.strip().removeprefix(self._public_url)
        return path.removeprefix(_files).partition("?")[0] if path.startswith(_files) else ""

    @staticmethod
    def draw_id() -> str:
        """What nobody can guess."""
        return new_token("a")


PORTS = Ports()
