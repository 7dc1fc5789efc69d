import { createInterface } from "node:readline";
import type { ContainerRuntimeClient } from "testcontainers";
import { buildContext } from "./build-context.ts";

/** The longest that one image may take to build, in ms. */
const BUILD_MS = 400_000;
/** How much of what the steps printed last is shown when one fails. */
const SHOWN = 2000;

/**
 * Builds docker/Dockerfile with BuildKit, as `docker build --build-arg …` does.
 *
 * @throws Error with what the engine says of the step that failed, and what was printed last
 */
export async function buildImage(
  client: ContainerRuntimeClient,
  image: string,
  buildargs: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await client.container.dockerode.buildImage(buildContext(), {
    t: image,
    dockerfile: "docker/Dockerfile",
    buildargs: { ...buildargs },
    version: "2",
    abortSignal: AbortSignal.timeout(BUILD_MS),
  });
  let printed = "";
  // HTTP 200 is no success: what went wrong is a line of the answer.
  for await (const line of createInterface({ input: answer })) {
    const { error, aux } = JSON.parse(line) as { readonly error?: string; readonly aux?: unknown };
    if (error !== undefined) throw new Error(`${image} is not built: ${error}\n${printed}`);
    if (typeof aux === "string") printed = `${printed}${textOf(aux)}`.slice(-SHOWN);
  }
}

/** BuildKit's progress is protocol buffers in Base64; what the steps print stands in them as it is. */
function textOf(progress: string): string {
  return Buffer.from(progress, "base64")
    .toString("utf8")
    .replaceAll(/[^\t\n\u{20}-\u{7E}]+/gu, "\n");
}
