"""Tries the files of prevention/: many boots of each variant that uses them, and the table of prevention/README.md."""

import argparse
import glob
import json
import re
import subprocess
import sys

import report

HERE = report.__file__.rsplit("/", 2)[0]
MARKS = ("<!-- measured from here -->", "<!-- to here -->")

# cloud-init 26 and dnf5.
NEWER = ["--suite", "forky", "--layout", "rpm-gone"]
# variant, the file that it tries, on which cloud-final, what it promises: (deployment, JVM) after cloud-init, and a JDK that stays;
# then the rig's own options.
VARIANTS = [
    ("user-data-agent-last", "user-data/agent-last.sh", "Debian", "order"),
    ("boothook", "user-data/agent-after-cloud-init.boothook", "Debian", "order"),
    ("amazon-boothook", "user-data/agent-after-cloud-init.boothook", "Amazon Linux, RHEL", "jvm"),
    ("amazon-boothook-agent-2", "the same, unit of agent 2.x", "Amazon Linux, RHEL", "order"),
    ("amazon-boothook-deploying", "the same, the agent deploys 0.2 s after its start", "Amazon Linux, RHEL", ""),
    ("systemd", "systemd/install", "Debian", "order"),
    ("amazon-systemd", "systemd/install", "Amazon Linux, RHEL", "order"),
    ("systemd-agent-2", "systemd/install, unit of agent 2.x", "Debian", "order"),
    ("amazon-systemd-agent-2", "systemd/install, unit of agent 2.x", "Amazon Linux, RHEL", "order"),
    ("systemd-enabled-again", "systemd/install, then `systemctl enable`", "Debian", "order"),
    ("systemd-undone-by-a-link", "systemd/install, then multi-user.target's link again", "Debian", ""),
    ("systemd-no-cloud-init", "systemd/install, cloud-init disabled", "Debian", "start"),
    ("no-upgrade", "cloud-config/no-upgrade.cfg", "Debian", "jdk"),
    ("keep-jdk-apt", "cloud-config/keep-jdk.apt", "Debian", "jdk"),
    ("before-install", "before-install/wait-for-cloud-init.sh", "Debian", "jvm"),
    ("amazon-2027", "nothing: the race, cloud-init 26.2 and dnf5", "Amazon Linux 2027", "", *NEWER),
    ("amazon-2027-systemd", "systemd/install, cloud-init 26.2 and dnf5", "Amazon Linux 2027", "order", *NEWER),
    ("amazon-2027-boothook", "the boothook, cloud-init 26.2 and dnf5", "Amazon Linux 2027", "jvm", *NEWER),
    ("amazon-agent-after-cloud-final", "the obvious drop-in, `After=cloud-final.service` alone", "Amazon Linux, RHEL", "order"),
    ("none", "nothing: the race", "Debian", ""),
    ("amazon", "nothing: the race", "Amazon Linux, RHEL", ""),
    ("systemd-undone", "systemd/install --undo: the race is back", "Debian", ""),
    ("agent-after-cloud-final", "the obvious drop-in, `After=cloud-final.service` alone", "Debian", ""),
]


def after(result, what):
    view = result["truth"]
    at = view["deploymentStart"] if what == "deployment" else view["app"]["start"]
    return at is not None and view["cloudFinalEnd"] is not None and at >= view["cloudFinalEnd"]


def kept(promise, result):
    view = result["truth"]
    never = view["deploymentStart"] is None
    return {"order": after(result, "deployment"), "jvm": after(result, "jvm"), "start": not never,
            "jdk": not never, "": True}[promise] and (not promise or not view["app"]["old"])


def measured(variant, arguments):
    """Boots it; what went wrong, and the row of the table."""
    name, what, final, promise, *options = variant
    done = subprocess.run([f"{HERE}/run", "--variant", name, *options, *arguments], stdout=subprocess.DEVNULL)
    results = [json.load(open(path)) for path in sorted(glob.glob(f"{HERE}/../../../target/boots/boot-*/result.json"))]
    faults = [result for result in results if "fault" in result]
    results = [result for result in results if "fault" not in result]
    broken = [result["plan"]["number"] for result in results if not kept(promise, result)]
    never = sum(result["truth"]["deploymentStart"] is None for result in results)
    row = [f"`{name}`", what, final, len(results), sum(after(result, "deployment") for result in results),
           sum(after(result, "jvm") for result in results), sum(bool(result["truth"]["app"]["old"]) for result in results), never,
           sum(result["cycles"] for result in results), {0: "all right"}.get(done.returncode, f"exit {done.returncode}")]
    print(report_row(row), flush=True)
    return row, [f"{name}: boots {broken} broke the promise"] * bool(broken) + [f"{name}: {len(faults)} trials failed"] * bool(faults or not results)


def report_row(row):
    return "| " + " | ".join(str(cell) for cell in row) + " |"


def main():
    parser = argparse.ArgumentParser(prog="cures", description="Boots every variant that uses a file of prevention/.")
    parser.add_argument("--boots", type=int, default=20, help="of each variant; default: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="this variant, and its row of the table; may be given again")
    parser.add_argument("--doc", default=f"{HERE}/../../../prevention/README.md", help="where the table stands; default: %(default)s")
    wish = parser.parse_args()
    header = ["variant", "what is tried", "cloud-final as on", "boots", "deployment after cloud-init", "JVM after cloud-init",
              "JVM on a JDK that is gone", "never deployed", "ordering cycles", "verdicts of Launch Guard"]
    with open(wish.doc) as file:
        text = file.read()
    known = dict(re.findall(r"^(\| `([a-z0-9-]+)` \|.*)$", re.search(f"{MARKS[0]}.*{MARKS[1]}", text, re.S)[0], re.M))
    known, faults = {name: row for row, name in known.items()}, []
    for variant in VARIANTS:
        if not wish.only or variant[0] in wish.only:
            row, wrong = measured(variant, ["--boots", str(wish.boots), "--seed", str(wish.seed), "--jobs", str(wish.jobs)])
            known[variant[0]] = report_row(row)
            faults += wrong
    rows = [report_row(header), "|" + "---|" * len(header)] + [known[variant[0]] for variant in VARIANTS if variant[0] in known]
    table = f"{MARKS[0]}\n\n`src/test/boots/cures --boots {wish.boots} --seed {wish.seed} --jobs {wish.jobs}`, some rows later by `--only VARIANT`:\n\n" \
        + "\n".join(rows) + f"\n\n{MARKS[1]}"
    with open(wish.doc, "w") as file:
        file.write(re.sub(f"{MARKS[0]}.*{MARKS[1]}", lambda _: table, text, flags=re.S))
    print("\n".join(faults) or "every promise was kept")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
