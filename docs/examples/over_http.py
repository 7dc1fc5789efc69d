"""Tells somebody that a parcel is here, over HTTP, with Python's standard library. A second run sends nothing.

    VOLLEY_API_KEY=vk_... python3 over_http.py 4711 "+46 70 123 45 67"
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("VOLLEY_API_URL", "http://127.0.0.1:8080")
KEY = os.environ["VOLLEY_API_KEY"]
TRIES = 5
LONGEST_WAIT_S = 60  # over the limit of a day it is hours: that is for whoever calls


def ask(method, path, body=None, headers=None):
    """One request. Where the API asks for patience, the same one again: its key makes that harmless."""
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, TRIES + 1):
        request = urllib.request.Request(URL + path, data, method=method)
        request.add_header("Authorization", "Bearer " + KEY)
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            wait = int(error.headers.get("Retry-After", "1"))
            if error.code not in (429, 503) or attempt == TRIES or wait > LONGEST_WAIT_S:
                sys.exit(f"{problem['code']}: {problem['detail']}")
            time.sleep(wait)
        except urllib.error.URLError as error:
            if attempt == TRIES:
                sys.exit(f"no answer: {error.reason}")
            time.sleep(1)


def main(parcel, phone):
    send = {"region": "eu", "from": "Volley", "to": [phone], "body": "Your parcel is here."}
    enqueued = ask("POST", "/v1/sends", send, {"Idempotency-Key": f"parcel {parcel} arrived"})
    status = ask("GET", "/v1/sends/" + enqueued["id"])
    deadline = time.monotonic() + 60
    while status["state"] not in ("settled", "failed") and time.monotonic() < deadline:
        time.sleep(0.5)
        status = ask("GET", "/v1/sends/" + enqueued["id"])
    result = status["result"] or status
    accepted = result.get("recipients", {}).get("accepted")
    print(json.dumps({"alreadyEnqueued": enqueued["alreadyEnqueued"], "state": result["state"], "accepted": accepted}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
