"""What WeChat and Amazon SNS send, made here in their documented shapes."""

from __future__ import annotations

import base64
import http.server
import itertools
import json
import threading
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from wechatpy.utils import WeChatSigner  # type: ignore[import-untyped]

TOKEN = "channeltoken"
TOPIC = "arn:aws:sns:ap-east-1:123456789012:two-way"
HOSTS = (
    "http://169.254.169.254",
    "https://sns.ap-east-1.amazonaws.com.evil.test",
    "https://sns.ap-east-1.amazonaws.com@evil.test",
    "https://evil.test\\@sns.ap-east-1.amazonaws.com",
    "http://sns.ap-east-1.amazonaws.com",
    "https://sns.us-east-1.amazonaws.com",
)
"""None of them is where the topic's certificates lie."""
_ids = itertools.count(23_456_789_012_345_678)


class Authority:
    """Signs as SNS does; its certificate is served on this machine."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        begins = datetime(2017, 1, 1)  # noqa: DTZ001  # certificates tell UTC without saying so
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, begins)
        made = made.not_valid_after(begins + timedelta(days=36500))
        pem = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        asked = self.asked = []  # type: list[str]

        class Serving(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(pem)

            def log_message(self, *_given: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serving)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def envelope(
        self, when: datetime, text: str, version: str = "2", **other: str
    ) -> dict[str, str]:
        body = {
            "originationNumber": "+8613880001234",
            "destinationNumber": "+861069000000",
            "messageKeyword": "KEYWORD_123456789012",
            "messageBody": text,
            "inboundMessageId": f"cae173d2-66b9-564c-8309-{next(_ids)}",
            "previousPublishedMessageId": "wJalrXUtnFEMI",
        }
        envelope = {
            "Type": "Notification",
            "MessageId": f"dc1e94d9-56c5-5e96-808d-{next(_ids)}",
            "TopicArn": TOPIC,
            "Message": json.dumps(body, ensure_ascii=False),
            "Timestamp": when.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SignatureVersion": version,
            "SigningCertURL": f"{self.url}/SimpleNotificationService-0123456789abcdef.pem",
            **other,
        }
        names = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
        signed = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
        kind = hashes.SHA1() if version == "1" else hashes.SHA256()
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), kind)
        return {**envelope, "Signature": base64.b64encode(signature).decode()}


def query(when: datetime, nonce: str | None = None, **changed: str) -> dict[str, str]:
    stamp, nonce = str(int(when.timestamp())), nonce or f"nonce{next(_ids)}"
    signer = WeChatSigner()
    signer.add_data(TOKEN, stamp, nonce)
    return {"signature": signer.signature, "timestamp": stamp, "nonce": nonce, **changed}


def xml(text: str, sender: str, id_: int | None = None) -> str:
    return f"""<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>
<FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>1795403439</CreateTime>
<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>
<MsgId>{id_ or next(_ids)}</MsgId></xml>"""
