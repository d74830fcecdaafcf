#!/bin/sh
{directives}
COLMENAR_JOB=$$-$(sed 's/.*) //' "/proc/$$/stat" | cut -d ' ' -f 20)
COLMENAR_INDEX=
printf '%s\n' "$COLMENAR_JOB" >&3
exec 3>&-
. {run}
