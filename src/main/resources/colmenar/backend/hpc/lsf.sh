#!/bin/sh
{directives}
COLMENAR_JOB=$LSB_JOBID
COLMENAR_INDEX=
# Outside of an array the index is 0.
if [ "${LSB_JOBINDEX:-0}" -ne 0 ]; then
  COLMENAR_JOB="$LSB_JOBID[$LSB_JOBINDEX]"
  COLMENAR_INDEX=$LSB_JOBINDEX
fi
. {run}
