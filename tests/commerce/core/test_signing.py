"""Partners verify our messages with libraries that we did not write."""

import base64
import json
import time
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from commerce.core.errors import InvalidInput
from commerce.core.signing import new_private_key, new_secret, public_key_of, secret_bytes, sign

BODY = '{"type":"order.placed","data":{"customer":"Zoë"}}'.encode()


def now() -> int:
    return int(time.time())


def test_the_library_of_the_standard_verifies_our_signature() -> None:
    secret = new_secret()
    headers = sign("msg_1", now(), BODY, secrets=[secret])
    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)


def test_our_signature_equals_the_one_of_the_library() -> None:
    secret = new_secret()
    moment = now()
    theirs = Webhook(secret).sign("msg_1", datetime.fromtimestamp(moment, tz=UTC), BODY.decode())
    assert sign("msg_1", moment, BODY, secrets=[secret])["webhook-signature"] == theirs


def test_during_a_rotation_both_secrets_verify_and_a_third_does_not() -> None:
    new, old = new_secret(), new_secret()
    headers = sign("msg_1", now(), BODY, secrets=[new, old])
    assert Webhook(new).verify(BODY, headers)
    assert Webhook(old).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


@pytest.mark.parametrize("change", ["body", "id", "timestamp"])
def test_whatever_is_changed_on_the_way_is_noticed(change: str) -> None:
    secret = new_secret()
    headers = sign("msg_1", now(), BODY, secrets=[secret])
    body = BODY
    if change == "body":
        body = BODY.replace(b"order.placed", b"order.voided")
    elif change == "id":
        headers["webhook-id"] = "msg_2"
    else:
        headers["webhook-timestamp"] = str(now() + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_an_asymmetric_signature_verifies_with_the_public_key_alone() -> None:
    private_key = new_private_key()
    headers = sign("msg_1", 1_700_000_000, BODY, secrets=[new_secret()], private_key=private_key)
    versions = dict(part.split(",") for part in headers["webhook-signature"].split(" "))
    assert set(versions) == {"v1", "v1a"}
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key_of(private_key).removeprefix("whpk_")))
    public.verify(base64.b64decode(versions["v1a"]), b"msg_1.1700000000." + BODY)
    with pytest.raises(InvalidSignature):
        public.verify(base64.b64decode(versions["v1a"]), b"msg_1.1700000001." + BODY)


def test_a_receiver_that_knows_only_v1_is_not_confused_by_v1a() -> None:
    secret = new_secret()
    headers = sign("msg_1", now(), BODY, secrets=[secret], private_key=new_private_key())
    assert Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "c2VjcmV0" * 8])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(InvalidInput):
        secret_bytes(secret)


@pytest.mark.parametrize("key", ["", "whsk_", "whsk_AAAA", "whsec_" + "A" * 44])
def test_a_private_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        public_key_of(key)
