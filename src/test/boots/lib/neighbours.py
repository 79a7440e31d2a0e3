"""needrestart, dnf needs-restarting and smart-restart beside Launch Guard, in boots in which the race was lost."""

import argparse
import os
import re
import shutil
import subprocess
import sys

import trial
from witness import Witness

APP, AGENT = "rest-api.service", "codedeploy-agent.service"
# layout, situation (whose unit the JVM lives in), whether the upgrade holds a JDK, seconds from the agent's start to the deployment.
CASES = [(layout, situation, upgraded, offset)
         for layout in ("gone", "place", "rpm-gone", "rpm-place")
         for situation, upgraded, offset in ((None, True, 0.2), ("nohup", True, 0.2), (None, False, 0.2), (None, True, 30))]
# An apt source of the root's suite: the roots know the trial's own repository only.
INSTALL = """
echo "deb [trusted=yes] $2 $3 main" >/tmp/list
apt-get -qq -o Acquire::Check-Valid-Until=false -o Dir::Etc::sourcelist=/tmp/list update
DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Dir::Etc::sourcelist=/tmp/list install $1
apt-get clean
rm -rf /tmp/list /var/lib/apt/lists/*
"""


def prepared(layout, cache, mirror, suite):
    """A layout's root with the neighbour's package in it, below CACHE/neighbours; made once."""
    dnf5 = os.path.exists(f"{cache}/debian-rpm/usr/bin/dnf5")
    packages = "needrestart" if not layout.startswith("rpm") else "" if dnf5 else "dnf-plugins-core"
    root = f"{cache}/neighbours/root-{layout}"
    os.makedirs(f"{cache}/neighbours", exist_ok=True)
    if not os.path.lexists(f"{cache}/neighbours/repo-{layout}"):
        os.symlink(f"../repo-{layout}", f"{cache}/neighbours/repo-{layout}")
    if os.path.isdir(root) and os.path.getmtime(root) < os.path.getmtime(f"{cache}/root-{layout}"):
        shutil.rmtree(root)
    if not os.path.isdir(root):
        subprocess.run(["cp", "-a", f"{cache}/root-{layout}", f"{root}.new"], check=True)
        if packages:
            subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-ec",
                            'mount -t proc proc "$1/proc"; exec chroot "$1" sh -ec "$2" sh "$3" "$4" "$5"',
                            "sh", f"{root}.new", INSTALL, packages, mirror, suite], check=True, stdout=subprocess.DEVNULL)
        os.rename(f"{root}.new", root)
        os.utime(root)


def state(machine, witness, situation):
    """The application's JVM as the kernel sees it."""
    unit = trial.SITUATIONS[situation].unit if situation else APP
    _, pid = witness.running_java(unit)
    if not pid:
        return "down"
    old = [file for file in witness.mapped_jdk(pid) if (file["links"] == 0 or not file["same"]) and not file["path"].endswith(".jsa")]
    return "stale" if old else "sound"


def named(output, machine, witness, situation):
    """Which of the two units, and whether the JVM itself, a tool's output names."""
    _, pid = witness.running_java(trial.SITUATIONS[situation].unit if situation else APP)
    inner = machine.inside("pgrep", "-f", "^/usr/bin/java .* App$").stdout.split()
    found = [word for word, there in (("the application's unit", APP in output), ("the agent's unit", AGENT in output),
                                      ("the process", pid and any(re.search(rf"\b{one}\b", output) for one in inner))) if there]
    return ", ".join(found) or "nothing of it"


def tools(layout, machine, smart_restart):
    """(name, command, whether it restarts) of what is in this root."""
    if not layout.startswith("rpm"):
        return [("needrestart -b -r l", ["needrestart", "-b", "-r", "l"], False),
                ("needrestart -r a", ["needrestart", "-r", "a"], True)]
    dnf = "dnf5" if os.path.exists(machine.path("/usr/bin/dnf5")) else "dnf"
    found = [(f"{dnf} needs-restarting {option}".strip(), [dnf, "needs-restarting", *option.split()], False)
             for option in (["", "-s", "-r"] if dnf == "dnf" else ["-r", "-s", "-p"])]
    return found + ([("smart-restart", ["bash", "/root/smart-restart.sh"], True)] if smart_restart else [])


def prepare_smart_restart(root, file):
    """What its package brings: the command, the list of what it leaves alone, needs-restarting under its name of dnf-utils."""
    shutil.copy(file, f"{root}/root/smart-restart.sh")
    trial.write(root, "etc/smart-restart-conf.d/default-denylist", "auditd.service\n")
    trial.write(root, "etc/system-release-cpe", "cpe:2.3:o:amazon:amazon_linux:2023\n")
    dnf = "dnf5" if os.path.exists(f"{root}/usr/bin/dnf5") else "dnf"
    trial.write(root, "usr/bin/needs-restarting", f'#!/bin/sh\nexec {dnf} needs-restarting "$@"\n')
    os.chmod(f"{root}/usr/bin/needs-restarting", 0o755)


def tried(case, number, cache, roots, jar, wish):
    layout, situation, upgraded, offset = case
    name = f"launch-trial-{os.getpid()}-{number}"
    root = f"{roots}/{name}"
    plan = trial.Plan(1, number, "none", cache, layout=layout)
    plan.situation, plan.jdk_upgraded, plan.offset = situation, upgraded, offset
    plan.aim, plan.bystander, plan.first, plan.last, plan.download, plan.hook = None, False, 3, 1, 0.2, 0.2
    witness = machine = None
    try:
        trial.lay_out(plan, f"{cache}/neighbours", root, f"{trial.HERE}/../../main/resources/launchguard/probe.sh")
        if wish.smart_restart and layout.startswith("rpm"):
            prepare_smart_restart(root, wish.smart_restart)
        witness = Witness(root, name)
        machine = trial.Machine(root, name, f"{root}.console")
        trial.wait_until(lambda: os.path.exists(machine.path("/run/launch-trial/deployed"))
                         and witness.main_process("cloud-final.service")[1] is not None, 90)
        verdict = trial.explain(trial.probe(machine, "--wait", "60", "--deployment", plan.deployment)["evidence"], jar)["verdict"]
        truth = state(machine, witness, situation)
        row = [layout, "nohup" if situation else "unit", "yes" if upgraded else "no", truth, verdict]
        said = []
        for tool, command, restarts in tools(layout, machine, wish.smart_restart):
            done = machine.inside(*command, limit=60)
            print(f"--- {row} {tool}: exit {done.returncode}\n{done.stdout}{done.stderr}", file=sys.stderr, flush=True)
            if restarts:
                trial.wait_until(lambda: False, 3)
                said.append(f"`{tool}`: JVM then {state(machine, witness, situation)}")
            elif tool.endswith("-r"):
                said.append(f"`{tool}`: exit {done.returncode}")
            else:
                said.append(f"`{tool}`: {named(done.stdout, machine, witness, situation)}")
        return [*row, "; ".join(said)]
    finally:
        if machine:
            machine.stop()
        if witness:
            witness.close()
        shutil.rmtree(root, ignore_errors=True)
        if os.path.exists(f"{root}.console"):
            os.remove(f"{root}.console")


def main():
    parser = argparse.ArgumentParser(prog="neighbours")
    parser.add_argument("--suite")
    parser.add_argument("--smart-restart")
    parser.add_argument("--layout", action="append")
    wish = parser.parse_args()
    project = f"{trial.HERE}/../../.."
    cache = f"{project}/target/boots/cache-{wish.suite}" if wish.suite else f"{project}/target/boots/cache"
    sources = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
                             capture_output=True, text=True, check=True).stdout.split("\n")
    mirror, own = sources[0].split()
    rows = []
    for number, case in enumerate(CASES, 1):
        if not wish.layout or case[0] in wish.layout:
            prepared(case[0], cache, mirror, wish.suite or own)
            # Not in memory: dnf's plugin leaves out what lies on a device with major number 0, as a tmpfs is.
            rows.append(tried(case, number, cache, f"{project}/target/boots", f"{project}/target/launch-guard.jar", wish))
    header = ["JDK's package", "JVM started by", "JDK upgraded at launch", "truth", "Launch Guard", "the others name"]
    print("\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
