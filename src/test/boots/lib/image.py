"""The component of prevention/image, phase by phase: build and validate in a root that lies still, test in the one that is booted."""

import argparse
import os
import shutil
import subprocess
import sys

import trial

COMPONENT = f"{trial.HERE}/../../../prevention/image/component.yaml"
# Where the packages' own parser of YAML is: in the root, since cloud-init needs it.
STEPS = """
import sys, yaml
for phase in yaml.safe_load(sys.stdin)["phases"]:
    if phase["name"] == sys.argv[1]:
        for step in phase["steps"]:
            assert step["action"] == "ExecuteBash", step
            sys.stdout.write("\\n".join(step["inputs"]["commands"]) + "\\0")
"""
LINK = "/etc/systemd/system/multi-user.target.wants/codedeploy-agent.service"
# name, what is done to the image after its build, exit codes of validate and test that are right.
KINDS = [
    ("as built", "", 0, 0),
    ("systemctl enable afterwards", "systemctl enable codedeploy-agent.service", 0, 0),
    ("the link again, the watch mends it in the boot", f"ln -s ../codedeploy-agent.service {LINK}", 1, 0),
    ("the link again, no watch", f"ln -s ../codedeploy-agent.service {LINK}; rm /etc/systemd/system/paths.target.wants/codedeploy-agent-order.path", 1, 1),
    ("install --undo", "sh /usr/local/lib/codedeploy-agent-order/install --undo --root /", 1, 1),
    ("the agent can't start", "chmod -x /opt/codedeploy-agent/bin/codedeploy-agent", 0, 1),
]


def steps(root, phase):
    with open(COMPONENT) as component:
        done = subprocess.run(["chroot", root, "python3", "-c", STEPS, phase], stdin=component, capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


def still(root, phase):
    """Exit code and output of a phase in the root; its first step that fails ends it."""
    output = ""
    for commands in steps(root, phase):
        done = subprocess.run(["chroot", root, "bash", "-c", commands], capture_output=True, text=True)
        output += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, output
    return 0, output


def booted(root, name):
    machine = trial.Machine(root, name, f"{root}.console")
    try:
        for commands in steps(root, "test"):
            # As SSM would: at any moment of the boot. The agent's limit is short: a boot of this rig is.
            done = machine.inside("env", "AGENT_SECONDS=10", "WAIT_SECONDS=60", "bash", "-c", commands, limit=120)
            if done.returncode:
                break
        return done.returncode, done.stdout + done.stderr
    finally:
        machine.stop()


def tried(kind, number, layout, cache, roots):
    name, change, validate, test = kind
    trial_name = f"launch-trial-{os.getpid()}-{number}"
    root = f"{roots}/{trial_name}"
    try:
        trial.lay_out(trial.Plan(1, number, "none", cache, layout=layout), cache, root, f"{trial.HERE}/../../main/resources/launchguard/probe.sh")
        code, output = still(root, "build")
        assert code == 0, output
        if change:
            subprocess.run(["chroot", root, "bash", "-ec", change], check=True, capture_output=True)
        validated, tested = still(root, "validate"), booted(root, trial_name)
    finally:
        shutil.rmtree(root, ignore_errors=True)
        if os.path.exists(f"{root}.console"):
            os.remove(f"{root}.console")
    right = (validated[0], tested[0]) == (validate, test)
    print(f"{'right' if right else 'WRONG'}: {name}: validate {validated[0]}, test {tested[0]}")
    for line in (validated[1] + tested[1]).splitlines():
        print(f"    {line}")
    sys.stdout.flush()
    return right


def main():
    parser = argparse.ArgumentParser(prog="image")
    parser.add_argument("--layout", default="gone")
    parser.add_argument("--suite")
    wish = parser.parse_args()
    work = f"{trial.HERE}/../../../target/boots"
    cache = f"{work}/cache-{wish.suite}" if wish.suite else f"{work}/cache"
    results = [tried(kind, number, wish.layout, cache, "/dev/shm") for number, kind in enumerate(KINDS, 1)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
