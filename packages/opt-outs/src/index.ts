export { hear } from "./hearing/hear.ts";
export type { Heard } from "./hearing/hear.ts";
