#!/bin/sh
{directives}
COLMENAR_JOB=$PBS_JOBID
COLMENAR_INDEX=${PBS_ARRAY_INDEX:-}
. {run}
