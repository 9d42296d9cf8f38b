"""Who may speak to the server: token, Host, Origin; and the headers of its answers."""

import socket
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from graphviz_nn.playground.server.guard import Guard
from graphviz_nn.playground.server.limits import MESSAGE


def test_the_page_has_a_strict_policy(client):
    status, headers, body = client.get()
    assert status == 200 and b"<!doctype html" in body.lower()
    policy = dict(row.split(" ", 1) for row in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://{client.parts.netloc}"
    assert not any(word in headers["Content-Security-Policy"] for word in ("unsafe", "*", "http:", "https:"))
    assert headers["Referrer-Policy"] == "no-referrer" and headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/socket", "/wrong/", "/{part}", "/{part}x/", "/{start}/", "/%00/", "/é/", "//{part}/"],
)
def test_a_wrong_token_is_refused(client, path):
    token = client.parts.path.strip("/")
    path = path.format(part=token, start=token[:-1]).encode("ascii", "ignore").decode()
    status, headers, body = client.get(path)
    assert status == 403 and b"URL" in body
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    with pytest.raises(InvalidStatus, match="403"), client.page(path):
        pass


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost.evil:{port}", "", "a b"]
)
def test_a_foreign_host_is_refused(client, host):
    host = host.format(port=client.parts.port)
    assert client.get(Host=host)[0] in (400, 403)
    lines = (f"GET {client.parts.path}socket HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", *UPGRADE, "", "")
    assert answered(client, "\r\n".join(lines)).split()[1] in (b"400", b"403")


UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
)


def answered(client, text):
    with socket.create_connection((client.parts.hostname, client.parts.port), timeout=20) as connection:
        connection.sendall(text.encode())
        return connection.recv(4096)


def test_two_hosts_are_refused(client):
    hosts = (f"Host: {client.parts.netloc}", "Host: evil.example")
    text = "\r\n".join((f"GET {client.parts.path} HTTP/1.1", *hosts, "", ""))
    assert answered(client, text).split()[1] in (b"400", b"403")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://{netloc}", "", None])
def test_a_foreign_origin_is_refused(client, origin):
    origin = origin if origin is None else origin.format(netloc=client.parts.netloc)
    with pytest.raises(InvalidStatus, match="403"), client.page(origin=origin):
        pass
    if origin:
        assert client.get(Origin=origin)[0] == 403


def test_localhost_is_ours(client):
    assert client.get(Host=f"localhost:{client.parts.port}")[0] == 200
    assert client.get(Host=f"[::1]:{client.parts.port}")[0] == 200


def test_who_listens_to_others_takes_numbers_and_no_names():
    guard = Guard(None, "t", "0.0.0.0")
    assert guard._is_ours("192.168.0.7") and not guard._is_ours("evil.example")
    assert not Guard(None, "t", "127.0.0.1")._is_ours("192.168.0.7")


@pytest.mark.parametrize(
    "name",
    [
        "../server/app.py",
        "%2e%2e/server/app.py",
        "..%2f..%2ferrors.py",
        "/etc/passwd",
        "nothing.js",
        "index.html/",
        "%00",
    ],
)
def test_only_files_of_the_page_are_served(client, name):
    assert client.get(client.parts.path + name)[0] in (403, 404)


def test_other_methods_are_refused(client):
    lines = (f"POST {client.parts.path} HTTP/1.1", f"Host: {client.parts.netloc}", "Content-Length: 0", "", "")
    assert answered(client, "\r\n".join(lines)).split()[1] == b"405"


def test_a_huge_message_is_refused(client):
    with client.page(max_size=None) as page:
        page.ask("open")
        with pytest.raises(ConnectionClosed) as closed:
            page.say(do="open", id=1, state={"data": "x" * 100_000_000})
            page.hear()
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
    with client.page() as page:
        # The server lives, and takes what is just small enough.
        assert page.ask("open", state={"data": "x" * (MESSAGE - 100)})["state"]["step"] == 0


def test_a_framed_page_lets_notebooks_show_it():
    guard = Guard(None, "t", "127.0.0.1", framed=True)
    assert "localhost" in guard._frames and urlsplit("http://evil.example").netloc not in guard._frames
