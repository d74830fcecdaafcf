#!/bin/sh
{directives}
COLMENAR_JOB=$JOB${INDEX:+_$INDEX}
COLMENAR_INDEX=${INDEX:-}
. {run}
