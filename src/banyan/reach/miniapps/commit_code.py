"""Commits code to a mini program, made from a template and a configuration."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, single
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app, find_maker
from banyan.reach.miniapps.rules import merge_config
from banyan.reach.miniapps.types import (
    CodeCommitted,
    Description,
    Json,
    OwnCommand,
    PackageId,
    Version,
    VersionId,
    VersionName,
)


class CommitCode(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this template, configured so, as the code to try."""

    template_id: PackageId
    ext_json: Json = ""
    version_name: VersionName
    version_note: Description = ""


@single(permission=Permission.CHANNELS_WRITE)
async def commit_code(work: Work, command: CommitCode) -> Version:
    """Make code of a template, in place of what testers had before.

    A platform that acts for the mini program makes it of a template of its own.

    Raises NotFound `channels.not_found`, `miniapps.no_such_template`; Invalid
    `miniapps.config_malformed`, `miniapps.other_appid`, `miniapps.pages_missing`,
    `miniapps.no_such_page`, `miniapps.tab_without_page`.
    """
    channel = await access_own_app(work, command)
    maker_id = await find_maker(work, command.merchant_id)
    template = await store.find_package(work.db, maker_id, command.template_id)
    if template is None or not template.is_template:
        raise NotFound("miniapps.no_such_template")
    config, ext = merge_config(template.config, command.ext_json, channel.appid)
    app = await store.lock_app(work.db, channel.channel_id)
    version = Version(
        version_id=VersionId(work.ids.next()),
        template_id=template.package_id,
        config=config,
        ext=ext,
        version_name=command.version_name,
        version_note=command.version_note,
        committed_at=work.now,
    )
    await store.insert_version(work.db, channel.channel_id, version)
    await store.set_app(work.db, msgspec.structs.replace(app, trial_id=Id(version.version_id)))
    await store.delete_unused(work.db, channel.channel_id, app.trial_id)
    work.record(
        CodeCommitted(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(version.version_id),
            version_name=version.version_name,
        )
    )
    return version
