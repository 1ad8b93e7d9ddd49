"""When a checkpoint was there at the latest, as an authority for time says it (RFC 3161).

It is the text of the checkpoint that is stamped: others may sign it afterwards. Whether the
certificate of the authority was withdrawn is not looked up.
"""

from datetime import UTC, datetime, timedelta

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit.keys import Untrusted
from audit.note import Malformed
from audit.outside import Silent, post, wait_for

PATIENCE = 20.0
"""Seconds that an authority has."""
MEANINGS = {
    "Error while verifying certificates": "no authority for time that is certified here signed it",
    "Mismatch between messages": "the time stamp is of another text",
    "Nonce mismatch": "the time stamp answers another question",
}
"""How the library says it, and we."""
ASKING, ANSWERING = "application/timestamp-query", "application/timestamp-reply"


def check(reply: bytes, text: str, roots: list[Certificate], nonce: int | None = None) -> datetime:
    """The time at which a text was there at the latest: what is stated, and the error that it may
    have. A reply to our own question repeats the number in it. Raises Untrusted."""
    try:
        answer = decode_timestamp_response(reply)
        if PKIStatus(answer.status) is not PKIStatus.GRANTED:
            why = " ".join(answer.status_string) or "without a word"
            raise Untrusted(f"the authority gave no time stamp: {why!r}")
        VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(answer, text.encode())
        return _at(answer)
    except (VerificationError, ValueError) as wrong:
        said = [ours for theirs, ours in MEANINGS.items() if str(wrong).startswith(theirs)]
        raise Untrusted("".join(said) or "this is no time stamp that can be verified") from wrong


def ask(url: str, text: str, roots: list[Certificate]) -> tuple[bytes, datetime]:
    """What an authority answers, checked. Raises Silent, Untrusted."""
    asked = (
        TimestampRequestBuilder()
        .data(text.encode())
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    trust = httpx.create_ssl_context()
    answer = wait_for(post(url, ASKING, asked.as_bytes(), PATIENCE, trust))
    if answer.status != 200 or answer.kind.partition(";")[0].strip() != ANSWERING:
        raise Silent(f"answers {answer.status} and no time stamp")
    return answer.body, check(answer.body, text, roots, asked.nonce)


def _at(answer: TimeStampResponse) -> datetime:
    info = answer.tst_info
    accuracy = timedelta()
    if info.accuracy:
        accuracy = timedelta(
            seconds=info.accuracy.seconds or 0,
            milliseconds=info.accuracy.millis or 0,
            microseconds=info.accuracy.micros or 0,
        )
    return info.gen_time.astimezone(UTC) + accuracy


def certificates(pem: bytes) -> list[Certificate]:
    """Raises Malformed."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise Malformed("this holds no certificate") from None
