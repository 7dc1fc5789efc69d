import { startEmulator } from "@volley/emulator";

export async function emulatorWithAFault(yourCode: (batches: string) => Promise<void>): Promise<void> {
  const emulator = await startEmulator({ plans: { "my-plan": "my-token" } }); // no plans: any plan, any token
  emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: true } });
  await yourCode(`${emulator.url}/xms/v1/my-plan/batches`);
  console.log(emulator.timesTexted("+46701234567")); // 1: the batch was accepted, then the connection broke
  console.log(emulator.textsTo("+46701234567")); // [ 'Hi Ann!' ]
  await emulator.close();
}
