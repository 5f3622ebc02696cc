"""One running server with its own records, as the browser tests meet it."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ALMONER") or REPOSITORY / ".build/debug/almoner")
ZONE = "America/New_York"


class House:
    """A data folder and the server on it. The address stays the same when the server is started again."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.port = 0
        self.server = None
        self.said = []
        self.site = "Lake Shore Care"
        # How it is served besides; nobody of the team carries a phone.
        self.manner = ["--second-factor", "off", "--weasyprint", str(REPOSITORY / ".venv/bin/weasyprint")]

    def almoner(self, *arguments):
        """Runs one command on these records; gives what it printed."""
        command = [str(BINARY), *map(str, arguments)]
        if arguments[0] != "generate":
            command += ["--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"almoner {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout + done.stderr

    def add_user(self, account, role, name):
        """Makes an account; gives its one-time password."""
        printed = self.almoner("user", "add", account, "--role", role, "--full-name", name)
        return re.search(r"one-time password: (\S+)", printed)[1]

    def import_files(self, *paths):
        """Brings in files; the server is stopped meanwhile, and started again if it ran."""
        ran = self.server is not None
        if ran:
            self.stop()
        printed = self.almoner("import", *paths)
        if ran:
            self.start()
        return printed

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.server = subprocess.Popen(
            [str(BINARY), "serve", "--port", str(self.port), "--zone", ZONE, "--site", self.site,
             "--data", str(self.data), "--public-referrals", *self.manner],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.server.stdout:
            self.said.append(line)
            if ready := re.search(r"ready on http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(ready[1])
                # What is logged later is read as well, so that the server never waits for a full pipe.
                threading.Thread(target=self.said.extend, args=(self.server.stdout,), daemon=True).start()
                return
        raise AssertionError("The server did not start:\n" + "".join(self.said[-20:]))

    def stop(self):
        """Asks the server to end, as an operator does, and sees that it ends well."""
        server, self.server = self.server, None
        server.send_signal(signal.SIGTERM)
        try:
            code = server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            raise AssertionError("The server did not stop within 30 s of SIGTERM.")
        assert code == 0, f"The server ended with {code}:\n" + "".join(self.said[-20:])
