import { measure } from "./measure.ts";

process.stdout.write(`${measure()}\n`);
