import { startEmulator } from "@volley/emulator";

export async function emulatorInNode(): Promise<void> {
  const emulator = await startEmulator({
    plans: { "my-plan": "my-token" },
    projects: { "my-project": { keyId: "key", keySecret: "secret" } },
  });
  console.log(emulator.url); // http://127.0.0.1:41231
  await emulator.close();
}
