"""Files as people send them along, and the way they take."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image

from tests.api.clients import Client, Town

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
REQUEST = """
mutation Request($input: RequestUploadInput!) {
  requestUpload(input: $input) {
    upload { id url fields { name value } expiresAt }
    errors { code field message }
  }
}
"""
FILES = "attachments { id fileName contentType size url thumbnailUrl }"


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), noted: bool = True) -> bytes:
    """A photograph with what a camera writes into it: its maker, and where it was."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[MAKE] = "Camera of Zhang Xiaoming"
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (30.0, 39.0, 36.0), 3: "E", 4: (104.0, 3.0, 48.0)}
    sheet = Image.effect_noise(size, 40).convert("RGB")
    sheet.save(out, kind, **({"exif": exif} if noted else {}))
    return out.getvalue()


@dataclass(frozen=True)
class Sender:
    """Somebody who sends files."""

    town: Town
    by: Client

    async def request(self, **changed: Any) -> dict[str, Any]:
        """The payload of an announcement."""
        given = {
            "fileName": "油烟.jpg",
            "contentType": "image/jpeg",
            "size": 1_000_000,
            "idempotencyKey": f"file {id(object())} {len(changed)}",
            **changed,
        }
        payload: dict[str, Any] = (await self.by.ask(REQUEST, input=given))["requestUpload"]
        return payload

    async def send(self, upload: dict[str, Any], body: bytes) -> httpx.Response:
        """The form as it was handed out, with a file in it."""
        fields = {one["name"]: one["value"] for one in upload["fields"]}
        files = {"file": ("../../x.html", body, fields["Content-Type"])}
        if "/uploads/" in upload["url"]:
            return await self.town.http.post(path_of(upload["url"]), data=fields, files=files)
        async with httpx.AsyncClient(trust_env=False) as outside:
            return await outside.post(upload["url"], data=fields, files=files)

    async def sent(self, body: bytes, key: str, **changed: Any) -> str:
        """The id of a file that has arrived."""
        payload = await self.request(**{"size": len(body), "idempotencyKey": key, **changed})
        assert payload["errors"] == []
        answer = await self.send(payload["upload"], body)
        assert answer.status_code == 204, answer.text
        upload_id: str = payload["upload"]["id"]
        return upload_id


def path_of(address: str) -> str:
    """An address of ours without the server."""
    return "/" + address.split("/", 3)[3]
