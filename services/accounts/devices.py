"""Devices that app notifications go to, and what an account wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.accounts import MOST_DEVICES, Device, Platform, Preferences
from domain.actors import Actor
from domain.asks import WordsAsked
from domain.refusals import ActionNotAllowed, InvalidInput, NotFound, Unauthenticated
from services.accounts.desk import AccountDesk, account_of
from services.answers import answered
from services.office import Office

TOKEN = WordsAsked(8, 4096, one_line=True)


async def register_device(
    office: Office,
    desk: AccountDesk,
    platform: Platform,
    token: str,
    idempotency_key: str,
    actor: Actor,
    now: datetime,
) -> Device:
    """The device with this token, which is told what its account is told; once, however often.

    Whoever else was told on it is not any more: it is one telephone. Raises ``InvalidInput`` for a
    token that the platform does not know, ``ActionNotAllowed`` where nothing is carried to it,
    ``Unauthenticated`` for a session that ended.
    """
    account = account_of(actor)
    token = TOKEN.read("token", token)
    await answered(
        office, actor, idempotency_key, {"device": token, "platform": platform.value}, {}, now
    )
    if desk.devices is None:
        raise ActionNotAllowed("本系统未开通应用推送。", "Apps are not notified from here.")
    address = await desk.devices.address(platform, token)
    if address is None:
        raise InvalidInput("设备标识无效。", "The platform does not know this token.", "token")
    device = Device(
        id=office.access.digest("device", platform.value, token).hex()[:32],
        account=account,
        platform=platform,
        address=address,
        session=actor.session,
        registered_at=now,
    )
    await office.outside.devices.put(device)
    await _check_open(office, desk, device)
    for surplus in (await office.outside.devices.of_account(account))[MOST_DEVICES:]:
        await _removed(office, desk, surplus.id, account)
    return device


async def silence(office: Office, account: str, session: str | None = None) -> list[Device]:
    """Nothing goes to an account's devices any more, or to those of one of its sessions.

    Which they were: the post is to forget them when all that matters is written.
    """
    devices = [
        device
        for device in await office.outside.devices.of_account(account)
        if session is None or device.session == session
    ]
    for device in devices:
        await office.outside.devices.remove(device.id, account)
    return devices


async def forget(desk: AccountDesk, devices: Iterable[Device]) -> None:
    """Tells the post of devices that nothing goes to any more."""
    for device in devices:
        if desk.devices is not None:
            await desk.devices.forget(device.address)


async def remove_device(office: Office, desk: AccountDesk, device_id: str, actor: Actor) -> Device:
    """Nothing goes to a device of the actor's account any more; raises ``NotFound``."""
    account = account_of(actor)
    device = await _removed(office, desk, device_id, account) if device_id.isascii() else None
    if device is None:
        raise NotFound("没有这台设备。", "There is no such device.", "deviceId")
    return device


async def devices_of(office: Office, actor: Actor) -> list[Device]:
    """The devices of whoever asks, registered last first."""
    return await office.outside.devices.of_account(account_of(actor))


async def preferences_of(office: Office, actor: Actor) -> Preferences:
    """What whoever asks wants to be told."""
    return await office.outside.accounts.preferences(account_of(actor))


async def prefer(
    office: Office, push: bool | None, sms_copy: bool | None, actor: Actor
) -> Preferences:
    """Changes what is given, and leaves what is None."""
    account = account_of(actor)
    return await office.outside.accounts.prefer(account, push=push, sms_copy=sms_copy)


async def _check_open(office: Office, desk: AccountDesk, device: Device) -> None:
    """Once it is kept: raises ``Unauthenticated`` if its session ended, and forgets it again.

    An access token may be believed for two seconds after that.
    """
    if device.session is not None and await office.outside.sessions.has_ended(device.session):
        await _removed(office, desk, device.id, device.account)
        raise Unauthenticated


async def _removed(
    office: Office, desk: AccountDesk, device_id: str, account: str
) -> Device | None:
    device = await office.outside.devices.remove(device_id, account)
    if device is not None and desk.devices is not None:
        await desk.devices.forget(device.address)
    return device
