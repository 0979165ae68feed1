"""What all pages share: the router, sign-in, languages, notices, files and the page of a failure."""

from tests.kit.web import open_client
from tests.kit.world import World

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}


async def test_the_first_page_speaks_both_languages(world: World) -> None:
    async with open_client(world) as client:
        chinese = await client.get("/", headers=BROWSER | {"accept-language": "zh-CN"})
        english = await client.get("/", headers=BROWSER | {"accept-language": "en"})
    assert chinese.status_code == english.status_code == 200
    assert 'lang="zh-CN"' in chinese.text
    assert 'lang="en"' in english.text
    assert "default-src 'none'" in english.headers["content-security-policy"]


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(
    world: World,
) -> None:
    async with open_client(world) as client:
        page = await client.get("/nowhere", headers=BROWSER)
        problem = await client.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (problem.status_code, problem.json()["code"]) == (404, "request.not_found")
