package colmenar.console;

import colmenar.api.Api;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;

/** A campaign as a scientist has it, so that every view has something to show. */
final class Ensemble {
  static final String CAMPAIGN = "electrolytes";
  static final String TOPIC = "solvation";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String SIMULATE =
      """
      import math, random, time
      from colmenar_worker import progress

      def simulate(molecule, temperature=300.0, steps=200):
          energy = -40.0 - len(molecule)
          print(f"relaxing {molecule} at {temperature} K")
          for step in range(steps):
              time.sleep(0.001)
              energy += math.exp(-step / 20) * random.uniform(-0.5, 0.1)
              if step % 20 == 0:
                  print(f"step {step:4d}  energy {energy:10.4f} eV")
                  progress(step / steps, f"step {step} of {steps}")
          if "Xx" in molecule:
              raise ValueError(f"no basis set for {molecule} in line {random.randint(1, 900)}")
          return {"molecule": molecule, "energy_eV": round(energy, 4), "steps": steps}
      """;

  private static final String SIMULATE_MORE =
      """
      {'description':'Relaxes a molecule and tells its energy.','timeLimitSeconds':600,
       'parameters':['molecule','temperature','steps'],
       'inputSchema':{'type':'object','required':['molecule'],'additionalProperties':false,'properties':{
         'molecule':{'type':'string','description':'as SMILES','minLength':1},
         'temperature':{'type':'number','description':'in Kelvin','minimum':0,'default':300},
         'steps':{'type':'integer','minimum':1,'maximum':100000,'default':200}}}}
      """;

  private static final String TRAJECTORY =
      """
      import time
      def trajectory(frames):
          for frame in range(frames):
              time.sleep(0.01)
              yield {"frame": frame, "rmsd": round(0.1 * frame ** 0.5, 3)}
          return {"frames": frames}
      """;

  private static final List<String> MOLECULES =
      List.of(
          "CCO", "C1CCOC1", "CC(=O)C", "COC(=O)OC", "C1COC(=O)O1", "CC#N", "CS(=O)C", "O=C1OCCO1");

  final String succeeded;
  final String failed;
  final String streamed;
  final String running;
  final String waiting;

  private Ensemble(
      String succeeded, String failed, String streamed, String running, String waiting) {
    this.succeeded = succeeded;
    this.failed = failed;
    this.streamed = streamed;
    this.running = running;
    this.waiting = waiting;
  }

  /** Once what can be over is over. */
  static Ensemble make(Api api) throws Exception {
    api.definePython("simulate", SIMULATE, SIMULATE_MORE);
    api.definePython("trajectory", TRAJECTORY, "{'description':'Streams the frames of a run.'}");
    submitMany(api);
    String succeeded = api.submit(task("CCO", 300, 60));
    String failed = api.submit(task("C[Xx]C", 300, 20, ",'maxRetries':1"));
    String streamed =
        api.submit("{'method':'trajectory','args':[12],'topic':'%s'}".formatted(TOPIC));
    for (String id : List.of(succeeded, failed, streamed)) {
      api.result(id);
    }
    String running = api.submit(task("C1=CC=CC=C1", 350, 90_000));
    Awaitility.await().atMost(PATIENCE).until(() -> api.state(running).equals("RUNNING"));
    String waiting =
        api.submit(
            task("CCOC", 310, 50, ",'notBefore':'%s'".formatted(Instant.now().plusSeconds(3600))));
    return new Ensemble(succeeded, failed, streamed, running, waiting);
  }

  private static void submitMany(Api api) throws Exception {
    JsonArrayBuilder tasks = Json.createArrayBuilder();
    for (int i = 0; i < 64; i++) {
      String molecule = i % 9 == 4 ? "C[Xx]" + i : MOLECULES.get(i % MOLECULES.size());
      tasks.add(Api.parse(task(molecule, 280 + 5 * (i % 8), 20 + i % 40).replace('\'', '"')));
    }
    api.post("tasks", tasks.build().toString()).expect(200);
  }

  private static String task(String molecule, int temperature, int steps) {
    return task(molecule, temperature, steps, "");
  }

  private static String task(String molecule, int temperature, int steps, String more) {
    return ("{'method':'simulate','kwargs':{'molecule':'%s','temperature':%d,'steps':%d},"
            + "'topic':'%s','campaign':'%s','labels':{'temperature':'%d K'}%s}")
        .formatted(molecule, temperature, steps, TOPIC, CAMPAIGN, temperature, more);
  }

  /** What would run on for minutes. */
  void end(Api api) throws Exception {
    api.post("tasks/" + running + "/cancel", "");
    api.post("tasks/" + waiting + "/cancel", "");
  }
}
