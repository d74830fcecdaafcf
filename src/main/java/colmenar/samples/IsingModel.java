package colmenar.samples;

import colmenar.bean.Call;
import colmenar.bean.JavaMethod;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;

/**
 * Monte Carlo simulation of the two-dimensional Ising model (Metropolis 1953): a square lattice of
 * spins with periodic borders, at a temperature in units of the coupling. Below about 2.27 the
 * spins stay aligned, above they do not.
 */
@Dependent
@Named("isingModel")
public class IsingModel implements JavaMethod<IsingModel.Input, IsingModel.Output> {

  private static final int REPORTS = 20;

  /**
   * @param size spins along one side
   * @param temperature in units of the coupling
   * @param sweeps tries of every spin, the first fifth of them not measured
   * @param seed of the random numbers
   */
  public record Input(int size, double temperature, int sweeps, long seed) {}

  /**
   * @param magnetization mean of its absolute value per spin, 0 to 1
   * @param energy mean per spin, in units of the coupling
   */
  public record Output(double magnetization, double energy, int measurements) {}

  /** Streamed while it runs. */
  public record Snapshot(int sweep, double magnetization) {}

  @Override
  public Output run(Input input, Call call) {
    if (input.size() < 2 || input.sweeps() < 1 || input.temperature() <= 0) {
      throw new IllegalArgumentException(
          "expected size >= 2, sweeps >= 1 and temperature > 0, found " + input);
    }
    Lattice lattice = new Lattice(input);
    int warmUp = input.sweeps() / 5;
    int reportEvery = Math.max(1, input.sweeps() / REPORTS);
    double magnetization = 0;
    double energy = 0;
    for (int sweep = 1; sweep <= input.sweeps(); sweep++) {
      lattice.sweep();
      if (sweep > warmUp) {
        magnetization += Math.abs(lattice.magnetization());
        energy += lattice.energy();
      }
      if (sweep % reportEvery == 0) {
        if (call.canceled()) {
          throw new CancellationException("after " + sweep + " sweeps");
        }
        call.progress((double) sweep / input.sweeps(), "sweep " + sweep);
        call.emit(new Snapshot(sweep, lattice.magnetization()));
      }
    }
    int measurements = input.sweeps() - warmUp;
    return new Output(magnetization / measurements, energy / measurements, measurements);
  }

  /** Spins of +1 and -1. */
  private static final class Lattice {
    private final int size;
    private final int[][] spins;
    private final double temperature;
    private final Random random;

    Lattice(Input input) {
      size = input.size();
      temperature = input.temperature();
      random = new Random(input.seed());
      spins = new int[size][size];
      for (int[] row : spins) {
        Arrays.fill(row, 1);
      }
    }

    void sweep() {
      for (int i = 0; i < size * size; i++) {
        int x = random.nextInt(size);
        int y = random.nextInt(size);
        double change = 2.0 * spins[x][y] * neighbours(x, y);
        if (change <= 0 || random.nextDouble() < Math.exp(-change / temperature)) {
          spins[x][y] = -spins[x][y];
        }
      }
    }

    private int neighbours(int x, int y) {
      return spins[(x + 1) % size][y]
          + spins[(x + size - 1) % size][y]
          + spins[x][(y + 1) % size]
          + spins[x][(y + size - 1) % size];
    }

    double magnetization() {
      int sum = 0;
      for (int[] row : spins) {
        for (int spin : row) {
          sum += spin;
        }
      }
      return (double) sum / (size * size);
    }

    double energy() {
      int sum = 0;
      for (int x = 0; x < size; x++) {
        for (int y = 0; y < size; y++) {
          sum -= spins[x][y] * (spins[(x + 1) % size][y] + spins[x][(y + 1) % size]);
        }
      }
      return (double) sum / (size * size);
    }
  }
}
