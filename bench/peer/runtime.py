"""Lambda's Python runtime in short, where awslambdaric is not installed: asks the Runtime API for events and answers."""

import http.client
import importlib
import json
import os
import sys

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
module, name = os.environ["_HANDLER"].rsplit(".", 1)
function = getattr(importlib.import_module(module), name)
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    work = api.getresponse()
    event = json.loads(work.read())
    answer = json.dumps(function(event, None))
    path = "/2018-06-01/runtime/invocation/" + work.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    api.request("POST", path, answer)
    api.getresponse().read()
