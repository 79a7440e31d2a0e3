"""Many boots: the arguments, the loop, the table. Started by ../run."""

import argparse
import concurrent.futures
import glob
import json
import os
import random
import shutil
import signal
import sys
import time

import report
import situations
import trial
from witness import Witness


def roomy(directory, jobs):
    """Memory spares the disk half a gigabyte of writing for each boot; inodes and link counts are as true there."""
    try:
        with open("/proc/mounts") as file:
            mounted = next(line.split()[3] for line in file if line.split()[1] == directory)
        room = os.statvfs(directory)
    except (OSError, StopIteration):
        return None
    return directory if "noexec" not in mounted and room.f_bavail * room.f_frsize > jobs << 30 else None


def round_of(plans, pool, wish, roots):
    results = []
    running = [pool.submit(trial.run, plan, wish.cache, wish.work, roots, wish.probe, wish.jar, wish.keep) for plan in plans]
    for done in concurrent.futures.as_completed(running):
        results.append(done.result())
        print(report.row(report.cells(results[-1])), flush=True)
    return results


def boot_all(wish, seed):
    try:
        Witness("/nowhere", "nothing").close()
    except OSError as refused:
        print(f"boots: the kernel does not tell of its processes or files here: {refused}", file=sys.stderr)
        sys.exit(3)
    roots = wish.roots or roomy("/dev/shm", wish.jobs) or wish.work
    trial.tidy(roots)
    cache = wish.cache
    plans = [trial.Plan(seed, number, wish.variant, cache, layout=wish.layout) for number in range(wish.first, wish.first + wish.boots)]
    wanted = [pair for pair in situations.each(wish.each) if wish.situation in (None, pair[0])]
    plans += [trial.Plan(seed, number, None, cache, *pair) for number, pair in enumerate(wanted, wish.first + wish.boots)]
    if wish.only:
        plans = [plan for plan in plans if plan.number in wish.only]
    # Without a boot only the roots are built.
    for left in glob.glob(f"{wish.work}/boot-*") if plans else []:
        shutil.rmtree(left)
    print(f"seed {seed}, {len(plans)} boots\n" + report.row(report.HEADER), flush=True)
    began = time.monotonic()
    pool = concurrent.futures.ThreadPoolExecutor(wish.jobs)
    try:
        results = round_of(plans, pool, wish, roots)
        # A trial that failed has no verdict. A machine that was busy for a moment gets a second chance, a wrong verdict never.
        failed = [plan for plan in plans if any("fault" in result and result["plan"] == vars(plan) for result in results)]
        if 0 < len(failed) < len(plans):
            print(f"again, since the trial itself failed: {[plan.number for plan in failed]}", flush=True)
            for plan in failed:
                shutil.rmtree(f"{wish.work}/boot-{plan.number:03d}")
            results = [result for result in results if "fault" not in result] + round_of(failed, pool, wish, roots)
    finally:
        # However it ends, no boot outlives it.
        trial.STOPPING.set()
        for machine in list(trial.Machine.running):
            machine.kill()
        pool.shutdown(cancel_futures=True)
    return time.monotonic() - began, results


def main():
    parser = argparse.ArgumentParser(prog="run", description="Boots roots in which the race truly happens, and judges the verdicts.")
    parser.add_argument("--boots", type=int, default=20, help="how many; default: %(default)s")
    parser.add_argument("--seed", type=int, default=None, help="the same seed gives the same plans; default: drawn, and printed")
    parser.add_argument("--first", type=int, default=1, help="number of the first boot; with --boots 1 repeats one boot")
    parser.add_argument("--each", type=int, default=0, help="beside these, so many boots of every situation and package manager")
    parser.add_argument("--situation", choices=sorted(situations.SITUATIONS), help="of --each: this situation alone")
    parser.add_argument("--only", type=int, action="append", help="of all that: the boot with this number alone; may be repeated")
    parser.add_argument("--variant", choices=["drawn", "none", *sorted(os.listdir(f"{trial.HERE}/variants"))],
                        default="drawn", help="the same variant in all boots; default: drawn for each")
    parser.add_argument("--layout", help="the same layout in all boots, of those that --each does not ask for; default: drawn for each")
    parser.add_argument("--suite", help="Debian's suite of the roots: forky has cloud-init 26 and dnf5; default: the machine's own")
    parser.add_argument("--jobs", type=int, default=1, help="boots at the same time; default: %(default)s")
    parser.add_argument("--keep", action="store_true", help="keep the files of right boots too")
    parser.add_argument("--doc", help="where the table goes as Markdown; default: WORK/boots.md")
    parser.add_argument("--saved", action="store_true", help="boot nothing: judge again, and write again, what the last run has saved")
    parser.add_argument("--probe", default=f"{trial.HERE}/../../main/resources/launchguard/probe.sh", help="another probe than the project's")
    parser.add_argument("--roots", help="where roots lie while they run; default: /dev/shm where it has room, else WORK")
    parser.add_argument("--work", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--jar", required=True, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    wish.cache = f"{wish.work}/cache-{wish.suite}" if wish.suite else f"{wish.work}/cache"
    wish.variant = None if wish.variant == "drawn" else wish.variant
    seed = random.SystemRandom().randrange(100000) if wish.seed is None else wish.seed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    if wish.saved:
        with open(f"{wish.work}/run.json") as file:
            seed, seconds = json.load(file)
        results = [json.load(open(path)) for path in glob.glob(f"{wish.work}/boot-*/result.json")]
    else:
        seconds, results = boot_all(wish, seed)
        with open(f"{wish.work}/run.json", "w") as file:
            json.dump([seed, seconds], file)
    results.sort(key=lambda result: result["plan"]["number"])
    print("\n" + "\n".join(report.summary(results, seconds)))
    if not results:
        return 0
    with open(wish.doc or f"{wish.work}/boots.md", "w") as file:
        file.write(report.markdown(results, seed, seconds, wish, wish.cache))
    if all(trial.NOT_STARTED in result.get("fault", "") for result in results):
        print("boots: no root comes up on this machine: see target/boots/boot-*/console", file=sys.stderr)
        return 3
    if any(report.judged(result) == "NO" for result in results):
        return 1
    return 4 if report.wrong(results) else 0


if __name__ == "__main__":
    sys.exit(main())
