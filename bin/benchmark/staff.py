"""A server with a signed-in care manager."""

import re
import subprocess
import time

import httpx
from common import ALMONER, PORT, query, run

PASSWORD = "a long enough passphrase"


def add_care_manager(data):
    """Gives the one-time password."""
    return add_account("ruth", "care-manager", "Ruth Adeyemi, RN", "--data", data)


def add_account(name, role, full_name, *place):
    """Gives the one-time password."""
    told, _ = run("user", "add", name, "--role", role, "--full-name", full_name, *place)
    return told.strip().split()[-1]


class Server:
    """`almoner serve` while the block runs."""

    def __init__(self, data, port=PORT):
        self.data, self.port = data, port
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [str(ALMONER), "serve", "--data", str(self.data), "--port", str(self.port), "--zone", "America/New_York"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        began = time.perf_counter()
        while True:
            try:
                if httpx.get(self.url + "/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                if self.process.poll() is not None or time.perf_counter() - began > 60:
                    raise SystemExit("The server did not start.")
            time.sleep(0.005)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory(self, kind="VmRSS"):
        """Resident megabytes; RssAnon leaves out what is only mapped from files, such as pages of the database."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith(kind):
                return round(int(line.split()[1]) * 1024 / 1e6, 1)

    def settle(self):
        """Waits until what was imported has been reacted to; gives the seconds."""
        began = time.perf_counter()
        # What was reacted to leaves the outbox.
        while query(self.data, "SELECT count(*) FROM outbox")[0][0]:
            time.sleep(0.5)
        return round(time.perf_counter() - began, 1)

    def sign_in(self, once, name="ruth"):
        """A client with a session. The one-time password is changed."""
        return sign_in(self.url, name, once)


def sign_in(url, name, once):
    """A client with a session. The one-time password is changed."""
    client = httpx.Client(base_url=url, follow_redirects=True, timeout=60)
    client.post("/sign-in", data={"name": name, "password": once})
    page = client.get("/password")
    done = client.post("/password", data={"csrf": csrf(page.text), "old": once, "new": PASSWORD, "again": PASSWORD})
    assert done.status_code == 200 and "password" not in str(done.url), done.text[:500]
    return client


def csrf(html):
    return re.search(r'name="csrf" value="([^"]+)"', html)[1]
