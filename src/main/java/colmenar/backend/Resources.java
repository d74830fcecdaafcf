package colmenar.backend;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt asks for. The first three are those of Colmena's {@code ResourceRequirements}
 * (there {@code node_count}, {@code cpu_processes} and {@code cpu_threads}).
 *
 * @param nodes compute nodes
 * @param processesPerNode processes (MPI ranks) on each node
 * @param threadsPerProcess threads of each process
 * @param memoryMb memory per node in MiB; null for the backend's default
 * @param gpus GPUs per node; null for none
 * @param walltimeSeconds longest run time to ask a scheduler for; null for the backend's default
 * @param queue scheduler queue or partition; null for the backend's default
 * @param account scheduler account or project; null for the backend's default
 */
public record Resources(
    int nodes,
    int processesPerNode,
    int threadsPerProcess,
    @Nullable Integer memoryMb,
    @Nullable Integer gpus,
    @Nullable Integer walltimeSeconds,
    @Nullable String queue,
    @Nullable String account) {

  /** One process with one thread on one node. */
  public static final Resources MINIMAL = new Resources(1, 1, 1, null, null, null, null, null);

  /** Processes on all nodes together. */
  public int totalRanks() {
    return nodes * processesPerNode;
  }
}
