package colmenar.backend.globus;

import colmenar.worker.WorkerLimits;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.UUID;

/**
 * An endpoint, which is one backend.
 *
 * @param name of the backend
 * @param id of the endpoint, at the service
 * @param userConfig what an endpoint with a template is told ({@code user_endpoint_config}); tasks
 *     may say more
 * @param mpi whether its engine starts MPI programs, and has to be told how many processes for all
 * @param window tasks that are at the service at once
 * @param bundle attempts of a short function that are one task at the service, at most
 * @param doubt after which a task that the service does not know never arrived, or is lost
 * @param abandoned after which a task that is not over is given up
 */
record EndpointSettings(
    String name,
    UUID id,
    JsonObject userConfig,
    boolean mpi,
    int window,
    int bundle,
    Duration doubt,
    Duration abandoned,
    WorkerLimits limits) {}
