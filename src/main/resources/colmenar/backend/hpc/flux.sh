#!/bin/sh
{directives}
# The script runs in an instance of its own, which is the job of another.
COLMENAR_JOB=$(flux job id --to=dec "${FLUX_ENCLOSING_ID:-$(flux getattr jobid)}")
COLMENAR_INDEX=
. {run}
