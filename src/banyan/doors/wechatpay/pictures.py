"""Pictures for coupons: uploaded once, shown at an address of ours."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.http.files import PREFIX
from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.reach.media import AddMarketingPicture, add_marketing_picture


class MetaBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the file is called, and its sum."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    sha256: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]


@endpoint("POST", "/v3/marketing/favor/media/image-upload", lacks="pictures in BMP")
async def upload_image(call: Call, body: MetaBody) -> dict[str, Any]:
    """Take in a picture."""
    content = call.read_upload(body.sha256)
    try:
        command = call.command(AddMarketingPicture, content=content)
        picture = await call.run(add_marketing_picture, command)
    except Invalid:
        raise bad("图片须为不超过2M的jpg或png", "file") from None
    return {"media_url": f"{call.base_url}{PREFIX}{picture.file}"}
