// Writes send.schema.json from the built contract: pnpm build, then pnpm --filter @volley/contract schema
import { writeFileSync } from "node:fs";
import { sendJsonSchema } from "./dist/index.js";

writeFileSync(new URL("send.schema.json", import.meta.url), `${JSON.stringify(sendJsonSchema(), null, 2)}\n`);
