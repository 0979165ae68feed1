"""A merchant's own program names the account's server and reads what it was told, over the API."""

from __future__ import annotations

from banyan.reach.channels import Follow, follow
from tests.kit.receiver import AES_KEY, TOKEN, open_line
from tests.kit.web import open_client
from tests.kit.world import World


async def test_a_server_is_named_read_told_again_and_removed(world: World) -> None:
    async with open_line(world) as line, open_client(world, token=world.tokens["mei"]) as client:
        channel_id = line.channel.channel_id
        home = f"/v1/merchants/{world.merchant_id:d}/channels/{channel_id:d}"
        named = {"url": line.receiver.url + "?a=1", "token": TOKEN, "aes_key": AES_KEY}
        asked = await client.put(f"{home}/server", json=named | {"mode": "plain"})
        assert asked.status_code == 200, asked.text
        assert asked.json()["candidate"]["url"] == named["url"]
        assert TOKEN not in asked.text
        await line.deliverer.deliver_waiting()
        state = (await client.get(f"{home}/server")).json()
        assert (state["server"]["url"], state["candidate"]) == (named["url"], None)

        lin = await world.person("lin")
        await world.office.run(follow, Follow(channel_id=channel_id), lin)
        await line.deliver()
        assert line.receiver.queries[0]["a"] == "1"
        (push,) = (await client.get(f"{home}/pushes")).json()["items"]
        assert (push["kind"], push["state"]) == ("subscribe", "answered")
        assert [one["outcome"] for one in push["attempts"]] == ["acknowledged"]
        again = await client.post(f"{home}/pushes/{push['push_id']}/replay", json={})
        assert again.status_code == 200, again.text
        twice = await client.post(f"{home}/pushes/{push['push_id']}/replay", json={})
        assert (twice.status_code, twice.json()["code"]) == (409, "pushes.under_way")
        await line.deliver()
        assert len(line.receiver.messages) == 2

        removed = await client.request("DELETE", f"{home}/server")
        assert (removed.status_code, removed.json()["server"]) == (200, None)


async def test_what_is_no_server_is_refused_with_its_field(world: World) -> None:
    async with open_line(world) as line, open_client(world, token=world.tokens["mei"]) as client:
        path = f"/v1/merchants/{world.merchant_id:d}/channels/{line.channel.channel_id:d}/server"
        good = {"url": "https://tea.example/", "token": TOKEN, "aes_key": AES_KEY}
        for field, value in (("url", "tea"), ("token", "a b"), ("aes_key", "short"), ("mode", "x")):
            answer = await client.put(path, json=good | {field: value})
            assert answer.status_code == 422, field
            assert field in answer.text
