package colmenar.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

/** What is counted of the tasks of one method on one backend for every task, found once. */
record Series(
    CounterDataPoint submitted,
    DistributionDataPoint waiting,
    DistributionDataPoint dispatch,
    DistributionDataPoint running,
    DistributionDataPoint delivery,
    DistributionDataPoint whole) {}
