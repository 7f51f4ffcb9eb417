"""Downloads, from a server on this machine: whole or not at all, once for all who want it, never waited for twice."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lib.base import download
from lib.base.errors import LookbookError

CONTENT = b"weights" * 50_000
NAME = "a.h5"


@pytest.fixture
def server():
    """Serve CONTENT under every address; `fault` says what goes wrong, `asked` counts, `go_on` lets it end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            httpd.asked += 1
            self.send_response(404 if httpd.fault == "404" else 200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:100_000])
            self.wfile.flush()
            httpd.go_on.wait(20)
            if httpd.fault != "cut":
                self.wfile.write(CONTENT[100_000:])

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.fault, httpd.asked, httpd.go_on = "", 0, threading.Event()
    httpd.go_on.set()
    httpd.address = f"http://127.0.0.1:{httpd.server_port}/"
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield httpd
    httpd.go_on.set()
    httpd.shutdown()
    httpd.server_close()


def summed(kind):
    return kind and f"{kind}:{hashlib.new(kind, CONTENT).hexdigest()}"


@pytest.mark.parametrize("kind", ["sha256", "md5", None])
def test_what_arrives_whole_is_kept_and_not_fetched_again(server, tmp_path, kind):
    for _ in range(2):
        download.download({NAME: summed(kind)}, [server.address], tmp_path / "new")
    assert server.asked == 1
    assert [file.read_bytes() for file in (tmp_path / "new").iterdir()] == [CONTENT]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("sum", "a.h5 is not the publisher's file, its checksum differs"),
        ("404", "a.h5 answers 404"),
        ("cut", "a.h5 was cut off on the way"),
        ("quiet", "no answer from 127.0.0.1:[0-9]+"),
        ("folder", "new cannot be written: (Not a directory|File exists)"),
    ],
)
def test_a_download_that_fails_says_why_and_leaves_nothing(server, tmp_path, monkeypatch, fault, words):
    server.fault, folder = fault, tmp_path / "new"
    if fault == "quiet":
        server.go_on.clear()
        monkeypatch.setattr(download, "QUIET", 0.3)
    if fault == "folder":
        folder.write_text("a file")
    with pytest.raises(LookbookError, match=words):
        download.download({NAME: "md5:0" if fault == "sum" else summed("md5")}, [server.address], folder)
    server.go_on.set()
    time.sleep(0.3 if fault == "quiet" else 0)
    assert not folder.is_dir()


def test_a_slow_download_that_never_falls_silent_may_take_its_time(server, tmp_path, monkeypatch):
    server.go_on.clear()
    monkeypatch.setattr(download, "QUIET", 3.0)
    threading.Timer(1.0, server.go_on.set).start()
    download.download({NAME: summed("md5")}, [server.address], tmp_path)
    assert (tmp_path / NAME).read_bytes() == CONTENT


TWO = """
import sys
from pathlib import Path
from lib.base import download
download.download({"a.h5": sys.argv[3]}, [sys.argv[1]], Path(sys.argv[2]))
"""


@pytest.mark.parametrize("killed", [False, True])
def test_two_processes_download_a_file_once_and_both_get_it(server, tmp_path, killed):
    server.go_on.clear()
    folder = tmp_path / "weights"
    command = [sys.executable, "-c", TWO, server.address, str(folder), summed("md5")]
    first = subprocess.Popen(command)
    while not list(folder.glob(".download-*/*")):
        time.sleep(0.02)
    second = subprocess.Popen(command)
    time.sleep(1.5)  # time to begin: it must not ask
    assert server.asked == 1
    if killed:
        first.kill()
        first.wait()
    server.go_on.set()
    assert (first.wait(30) == 0, second.wait(30)) == (not killed, 0)
    assert server.asked == 1 + killed and [file.name for file in folder.iterdir()] == [NAME]
    assert (folder / NAME).read_bytes() == CONTENT


def test_what_failed_is_not_tried_again_for_an_hour(tmp_path):
    tried = []

    def fetch(name, cause):
        tried.append(name)
        raise LookbookError(cause)

    def attempt(name, cause):
        with pytest.raises(LookbookError) as error:
            download.unless_failed_lately(lambda: fetch(name, cause), tmp_path, name)
        return str(error.value)

    assert attempt("one", "wrong sum") == attempt("one", "never asked") == "wrong sum"
    assert attempt("two", "no answer from x.org") == attempt("three", "never asked") == "no answer from x.org"
    assert tried == ["one", "two"]
    for note in tmp_path.iterdir():
        os.utime(note, (time.time() - 3601, time.time() - 3601))
    assert attempt("one", "again") == "again" and len(tried) == 3


def test_a_note_that_cannot_be_kept_hides_no_reason(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ZeroDivisionError):
        download.unless_failed_lately(lambda: 1 / 0, tmp_path / "file", "one")
    for _ in range(2):
        with pytest.raises(LookbookError, match="cause"):
            download.unless_failed_lately(refuse, tmp_path / "file", "one")


def refuse():
    raise LookbookError("cause")
