#!/bin/sh
# Stands in until the probe lands: says that it saw nothing, which is judged as INCONCLUSIVE.
printf '%s\n' '{"schema":1,"problems":["probe not built"]}'
