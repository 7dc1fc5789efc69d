import { type ContainerRuntimeClient, ImageName } from "testcontainers";

import { withDeadline } from "./with-deadline.ts";

const PULL_DEADLINE_MS = 60_000;
const LOOK_DEADLINE_MS = 10_000;

/** Makes sure that the engine has the image: it is there, or it is pulled within a minute. @throws Error that says why not */
export async function containerImage(
  client: ContainerRuntimeClient,
  image: string,
  say: (sentence: string) => void,
): Promise<void> {
  const name = ImageName.fromString(image);
  const look = async (): Promise<boolean> =>
    withDeadline(client.image.exists(name), LOOK_DEADLINE_MS, "the container engine does not list its images");
  if (await look()) {
    return;
  }
  say(`Pulling ${image} …`);
  await withDeadline(client.image.pull(name), PULL_DEADLINE_MS, `pulling ${image} takes longer than a minute`);
  // testcontainers does not look into the pull's answer, which carries an error beside HTTP status 200.
  if (!(await look())) {
    throw new Error(`${image} cannot be pulled`);
  }
}
