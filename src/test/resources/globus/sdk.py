"""What the SDK of Globus Compute makes of a service, as JSON: ``sdk.py URL-OF-SERVICE ENDPOINT``."""

import json
import sys
from unittest import mock

from globus_compute_sdk import Client, Executor
from globus_compute_sdk.errors import TaskExecutionFailed
from globus_compute_sdk.serialize import JSONData, PureSourceTextInspect
from globus_sdk import GlobusAPIError

LIMIT = 60
RESULTS_IN_JSON = ["globus_compute_sdk.serialize.JSONData"]
UNKNOWN = "00000000-0000-0000-0000-000000000404"

SOURCE = """
import math

def root(x, sign="é🚀"):
    return [math.sqrt(x), sign]
"""


def double(x):
    return 2 * x


def fail(text):
    raise ValueError(text)


def later(x):
    import time

    time.sleep(2)
    return x


def client(url):
    # The SDK has the addresses of its own services only.
    with mock.patch("globus_compute_sdk.sdk.client.get_web_service_url", return_value=url):
        return Client(
            code_serialization_strategy=PureSourceTextInspect(),
            data_serialization_strategy=JSONData(),
        )


def failure(future):
    try:
        return future.result(LIMIT)
    except TaskExecutionFailed as e:
        return {"remote": e.remote_data}
    except GlobusAPIError as e:
        return {"status": e.http_status, "code": e.code, "message": e.message}


def executed(compute, endpoint):
    """Functions by an executor, which takes results from a queue."""
    with Executor(endpoint, client=compute, result_serializers=RESULTS_IN_JSON) as executor:
        futures = [executor.submit(double, x) for x in range(20)]
        failing = executor.submit(fail, "no é")
        root = executor.register_source_code(SOURCE, "root")
        rooted = executor.submit_to_registered_function(root, args=(16,))
        named = executor.submit_to_registered_function(root, args=(9,), kwargs={"sign": "-"})
        told = {
            "doubles": [future.result(LIMIT) for future in futures],
            "failure": failure(failing),
            "roots": [rooted.result(LIMIT), named.result(LIMIT)],
            "function": compute.get_function(root)["function_code"],
            "group": str(executor.task_group_id),
        }
    tasks = [future.task_id for future in futures]
    told["task"] = compute.get_task(tasks[3])
    told["batch"] = sorted(each["result"] for each in compute.get_batch_result(tasks).values())
    try:
        told["failed"] = compute.get_task(failing.task_id)
    except TaskExecutionFailed as e:
        told["failed"] = e.remote_data
    return told


def reloaded(compute, endpoint, group):
    """The tasks of a group, by an executor that has not submitted them."""
    with Executor(endpoint, client=compute) as executor:
        return [failure(future) for future in executor.reload_tasks(group)]


def reloaded_early(compute, endpoint):
    """The same while the tasks are not over."""
    batch = compute.create_batch(create_websocket_queue=True, result_serializers=RESULTS_IN_JSON)
    function = compute.register_function(later)
    for x in range(3):
        batch.add(function, args=(x,))
    submitted = compute.batch_run(endpoint, batch)
    pending = [compute.get_task(task)["pending"] for task in submitted["tasks"][function]]
    told = reloaded(compute, endpoint, submitted["task_group_id"])
    compute.delete_function(function)
    return {"pending": pending, "results": told}


def unknown(compute):
    with Executor(UNKNOWN, client=compute) as executor:
        return failure(executor.submit(double, 1))


def endpoint_facts(compute, endpoint):
    return {
        "listed": [each["uuid"] for each in compute.get_endpoints(role="any")],
        "version": compute.get_endpoint_metadata(endpoint)["endpoint_version"],
        "status": compute.get_endpoint_status(endpoint)["status"],
        "restricted": compute.get_allowed_functions(endpoint)["restricted"],
    }


def main(url, endpoint):
    compute = client(url)
    told = executed(compute, endpoint)
    told["reloaded"] = reloaded(compute, endpoint, told["group"])
    told["early"] = reloaded_early(compute, endpoint)
    told["endpoint"] = endpoint_facts(compute, endpoint)
    told["unknown"] = unknown(compute)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
