"""Files leave under a name that says what is in them, and no others do."""

import httpx
import pytest

from banyan.doors.http.files import FilesDoor


class _Folder:
    async def find(self, name: str) -> bytes | None:
        return None if name.startswith("lost") else b"bytes"


@pytest.mark.parametrize(
    ("name", "status", "media_type"),
    [
        ("a.png", 200, "image/png"),
        ("a.mp3", 200, "audio/mpeg"),
        ("a.amr", 200, "audio/amr"),
        ("lost.mp3", 404, "text/plain; charset=utf-8"),
        ("a.wav", 404, "text/plain; charset=utf-8"),
        ("a", 404, "text/plain; charset=utf-8"),
    ],
)
async def test_pictures_films_and_voices_are_given_out(
    name: str, status: int, media_type: str
) -> None:
    transport = httpx.ASGITransport(FilesDoor(_Folder()))
    async with httpx.AsyncClient(transport=transport, base_url="http://banyan.test") as client:
        answer = await client.get(f"/files/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)
