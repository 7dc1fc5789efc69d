import { CliError } from "../exit/cli-error.ts";
import { connectProducer, type ProducerPlace } from "../redis/connect-producer.ts";
import { describeStatus } from "../words/describe-status.ts";

/** Which send, and how it is shown. */
export type ShowStatusOptions = ProducerPlace & {
  readonly id: string;
  /** Needed for jobs that another client added. */
  readonly region?: string;
  readonly asJson: boolean;
  /** Whether to estimate when it is done behind what else waits. */
  readonly isEtaAsked: boolean;
  /** Every batch that the result names, one by one. */
  readonly areBatchesShown: boolean;
  readonly output: NodeJS.WritableStream;
};

/** Prints where a send is, or its result. @throws CliError when there is no such send */
export async function showStatus(options: ShowStatusOptions): Promise<void> {
  const { id, region, asJson, isEtaAsked, areBatchesShown, output, ...place } = options;
  const status = await connectProducer(place, async (producer) => {
    return producer.status(id, { eta: isEtaAsked, ...(region !== undefined && { region }) });
  });
  if (status === null) throw new CliError(`${id}: there is no such send, or its result is no longer kept`);
  const lines = asJson
    ? [JSON.stringify(status, null, 2)]
    : describeStatus(status, { areBatchesShown, now: new Date() });
  output.write(`${lines.join("\n")}\n`);
}
