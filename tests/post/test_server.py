"""Letters go to a real mail server, encrypted and signed in where it wants that, or to a folder."""

import email
import email.policy
from email.message import EmailMessage
from urllib.parse import quote

import pytest
import trustme

from gateway.post.server import Away, Folder, server
from tests.post.conftest import MailServer
from tests.post.mail_server import PASSWORD


@pytest.fixture
def letter():
    written = EmailMessage(policy=email.policy.SMTP)
    written["From"], written["To"] = "bonjour@essaim.example", "lise@example.org"
    written["Date"], written["Message-ID"] = "Mon, 01 Mar 2027 08:00:00 +0000", "<0123456789@x>"
    written.set_content("Dag Lise, à bientôt")
    return written


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    authority.cert_pem.write_to_path(tmp_path / "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority"))


@pytest.fixture(params=["--tls", "--starttls"])
def closed_server(request, authority, tmp_path, soon):
    """One that talks to nobody who does not encrypt and sign in."""
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "certificate")
    running = MailServer(tmp_path, request.param).start(soon)
    scheme = {"--tls": "smtps", "--starttls": "smtp+starttls"}[request.param]
    running.address = f"{scheme}://essaim:{quote(PASSWORD, safe='')}@localhost:{running.port}"
    yield running
    running.stop()


def test_encrypted_and_signed_in(trusted, closed_server, letter):
    ours = server(closed_server.address)
    ours.open()
    ours.hand_over(letter)
    ours.close()
    [kept] = closed_server.letters()
    assert kept["Message-ID"] == "<0123456789@x>" and "à bientôt" in kept.get_content()


def test_nothing_is_said_to_a_server_that_cannot_prove_who_it_is(closed_server):
    with pytest.raises(Away, match="SSLCertVerificationError"):
        server(closed_server.address).open()


def test_a_wrong_password_is_told_as_a_code(trusted, closed_server):
    with pytest.raises(Away, match=r"^535 5\.7\.8$"):
        server(closed_server.address.replace("dear", "wrong")).open()


def test_without_starttls_nothing_is_sent(mail_server):
    address = mail_server.address.replace("smtp:", "smtp+starttls:")
    with pytest.raises(Away, match="SMTPNotSupportedError"):
        server(address).open()


@pytest.mark.parametrize(
    "address",
    ["smtp://essaim:password@localhost", "mail.example.org", "http://localhost", "smtp://", ""],
)
def test_what_is_no_address_is_not_begun_with(address):
    with pytest.raises(ValueError, match="SMTP"):
        server(address)


def test_a_folder_keeps_a_file_for_each_letter_and_none_twice(tmp_path, letter):
    folder = tmp_path / "not" / "there yet"
    ours = server(f"folder://{quote(str(folder))}")
    for _ in range(2):
        ours.open()
        ours.hand_over(letter)
    [file] = folder.iterdir()
    assert file.name == "20270301-080000-01234567.eml" and file.stat().st_mode & 0o077 == 0
    kept = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert "à bientôt" in kept.get_content()


def test_a_folder_that_cannot_be_written_to_is_away(tmp_path, letter):
    (tmp_path / "file").write_text("")
    with pytest.raises(Away, match="NotADirectoryError"):
        Folder(tmp_path / "file" / "mails").open()
