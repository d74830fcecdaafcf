#!/bin/sh
{directives}
# Outside of an array SGE_TASK_ID says "undefined".
COLMENAR_JOB=$JOB_ID
COLMENAR_INDEX=
if [ "$SGE_TASK_ID" != undefined ]; then
  COLMENAR_JOB=$JOB_ID.$SGE_TASK_ID
  COLMENAR_INDEX=$SGE_TASK_ID
fi
. {run}
