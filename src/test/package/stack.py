"""Translates template.yaml as CloudFormation's SAM transform does, and deploys the result into moto.

usage: stack.py translate TEMPLATE RESULT
       stack.py deploy RESULT
Ends with 3 where the library for it is not installed (aws-sam-translator; moto and boto3).
"""

import json
import os
import sys
import warnings

os.environ.update(
    AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", SAM_CLI_TELEMETRY="0"
)


def translate(template, result):
    try:
        from samtranslator.translator.transform import transform
        from samtranslator.yaml_helper import yaml_parse
    except ImportError as missing:
        print(missing)
        sys.exit(3)

    class NoPolicies:
        def load(self):
            return {}

    with open(template, encoding="utf-8") as file:
        tree = json.loads(json.dumps(yaml_parse(file.read())))
    # What `sam package` writes there.
    tree["Resources"]["LaunchGuardFunction"]["Properties"]["CodeUri"] = "s3://bucket/key"
    translated = transform(tree, {}, NoPolicies())
    with open(result, "w", encoding="utf-8") as file:
        json.dump(translated, file)


def left(boto3):
    """What a deleted stack has left behind."""
    names = {
        "queues": boto3.client("sqs").list_queues().get("QueueUrls", []),
        "tables": boto3.client("dynamodb").list_tables()["TableNames"],
        "log groups": [group["logGroupName"] for group in boto3.client("logs").describe_log_groups()["logGroups"]],
        "functions": [one["FunctionName"] for one in boto3.client("lambda").list_functions()["Functions"]],
        "rules": [rule["Name"] for rule in boto3.client("events").list_rules()["Rules"]],
        "roles": [role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]],
        "topics": [topic["TopicArn"] for topic in boto3.client("sns").list_topics()["Topics"]],
        "documents": [
            document["Name"]
            for document in boto3.client("ssm").list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])[
                "DocumentIdentifiers"
            ]
        ],
    }
    return {kind: found for kind, found in names.items() if found}


def deploy(result):
    try:
        import boto3
        from moto import mock_aws
    except ImportError as missing:
        print(missing)
        sys.exit(3)
    # moto says what it leaves out of a stack; that is told below.
    warnings.simplefilter("ignore")
    with open(result, encoding="utf-8") as file:
        body = file.read()
    told = []
    installs = [
        {},
        {
            "Mode": "remediate",
            "NotificationEmail": "sre@example.com",
            "CreateDashboard": "yes",
            "Tracing": "Active",
            "DocumentPrefix": "Second",
        },
    ]
    with mock_aws(config={"lambda": {"use_docker": False}}):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="key", Body=b"PK\x05\x06" + b"\0" * 18)
        s3.put_object(Bucket="bucket", Key="template.json", Body=body.encode())
        stacks = boto3.client("cloudformation")
        for number, parameters in enumerate(installs):
            name = f"launch-guard-{number}"
            stacks.create_stack(
                StackName=name,
                TemplateURL="https://bucket.s3.amazonaws.com/template.json",
                Capabilities=["CAPABILITY_IAM"],
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            )
            stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
            resources = stacks.list_stack_resources(StackName=name)["StackResourceSummaries"]
            told.append(
                {
                    "status": stack["StackStatus"],
                    "made": sorted(one["LogicalResourceId"] for one in resources if one["LogicalResourceId"]),
                    "outputs": {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]},
                }
            )
        for number in range(len(installs)):
            stacks.delete_stack(StackName=f"launch-guard-{number}")
        print(json.dumps({"stacks": told, "left": left(boto3)}))


if __name__ == "__main__":
    if sys.argv[1] == "translate":
        translate(sys.argv[2], sys.argv[3])
    else:
        deploy(sys.argv[2])
