"""Load by wrk (`apt-get install wrk`): next to no processor time of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile

from tests.bench.load.target import Target

# Lua has no JSON; `%q` and a byte-wise escape are enough for a body that is one line of ASCII and UTF-8.
SCRIPT = """
wrk.method = "POST"
wrk.body = "{body}"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
wrk.headers["Host"] = "localhost:{port}"
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {{"requests": %d, "failed": %d, "seconds": %.6f, "p50": %.4f, "p95": %.4f, "p99": %.4f}}\\n',
    summary.requests, e.connect + e.read + e.write + e.status + e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
"""


def is_installed() -> bool:
    """Whether wrk is on the PATH."""
    return shutil.which("wrk") is not None


def run(target: Target, connections: int, seconds: float) -> dict[str, float]:
    """Run wrk with one thread. RuntimeError, with what it said, if it gives no result. Whole seconds only."""
    body = "".join(f"\\{byte:03d}" for byte in target.body)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT.format(body=body, port=target.port))
        script.flush()
        before = os.times()
        ran = subprocess.run(
            [
                "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s",
                "-s", script.name, f"http://127.0.0.1:{target.port}{target.path}",
            ],
            capture_output=True, text=True, check=False, timeout=seconds + 60,
        )  # fmt: skip
        after = os.times()
    for line in ran.stdout.splitlines():
        if line.startswith("RESULT "):
            used = after.children_user + after.children_system - before.children_user - before.children_system
            return {**json.loads(line.removeprefix("RESULT ")), "generator_cpu": used}
    raise RuntimeError(f"wrk: {ran.stdout}{ran.stderr}")
