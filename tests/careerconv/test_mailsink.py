import smtplib
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def sink(tmp_path, free_port):
    command = [sys.executable, "-m", "careerconv.mailsink", "--port", str(free_port), "--folder", str(tmp_path)]
    process = subprocess.Popen(command)
    yield free_port, tmp_path
    process.terminate()
    assert process.wait(10) == 0


def connect(port):
    deadline = time.monotonic() + 15
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_message_is_kept_as_it_came_with_its_recipients(sink):
    port, folder = sink
    message = EmailMessage()
    message["Subject"] = "Grüße aus Gent"
    message["From"] = "sender@demo.example"
    message["To"] = "employee@demo.example"
    message.set_content("Écrit pour toi.\n.\nA line with one dot stays.\n")
    with connect(port) as client:
        client.send_message(message, to_addrs=["employee@demo.example", "hidden@demo.example"])
        client.send_message(message)
    first, second = sorted(folder.iterdir())
    kept = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert kept["X-Envelope-To"] == "employee@demo.example, hidden@demo.example"
    assert kept["Subject"] == "Grüße aus Gent"
    assert kept.get_content().splitlines() == message.get_content().splitlines()
    assert {first.suffix, second.suffix} == {".eml"}
