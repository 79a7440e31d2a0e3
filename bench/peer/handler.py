"""What people write today: a function that sends a command to the new instance and polls until it has ended.

For each CodeDeploy success: is the instance in one of our groups, send a check by Run Command, ask every few seconds
whether it has ended, and call the deployment bad when the check says so.
"""

import json
import os
import time

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm")
codedeploy = boto3.client("codedeploy")
autoscaling = boto3.client("autoscaling")

DOCUMENT = os.environ.get("LAUNCH_GUARD_DOCUMENT_PREFIX", "LaunchGuard") + "-Probe"
POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "2"))
GIVE_UP_SECONDS = 800
ENDED = {"Success", "Failed", "TimedOut", "Cancelled", "Undeliverable", "Terminated"}


def group_of(instance):
    found = autoscaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]
    return found[0]["AutoScalingGroupName"] if found else None


def answer(command, instance):
    try:
        return ssm.get_command_invocation(CommandId=command, InstanceId=instance)
    except ClientError as fault:
        if fault.response["Error"]["Code"] == "InvocationDoesNotExist":
            return {"Status": "Pending"}
        raise


def handler(event, context):
    detail = event["detail"]
    instance = detail["instanceId"]
    if detail["state"] != "SUCCESS" or not group_of(instance):
        return {"status": "IGNORED"}
    command = ssm.send_command(
        InstanceIds=[instance],
        DocumentName=DOCUMENT,
        Parameters={"waitSeconds": ["0"], "deploymentId": [detail["deploymentId"]]},
        TimeoutSeconds=600,
    )["Command"]["CommandId"]
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < give_up:
        told = answer(command, instance)
        if told["Status"] in ENDED:
            broken = "(deleted)" in told.get("StandardOutputContent", "")
            print(json.dumps({"instance": instance, "status": told["Status"], "broken": broken}))
            return {"status": "BROKEN" if broken else "HEALTHY"}
        time.sleep(POLL_SECONDS)
    return {"status": "GAVE_UP"}
