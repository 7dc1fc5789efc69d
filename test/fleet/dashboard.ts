import { readFileSync } from "node:fs";
import { repositoryPath } from "../docker/repository-path.ts";

/** A panel of the dashboard, or the heading of a row. */
type Panel = {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
};

/** A query, with the variables of the dashboard filled in. */
export type Query = {
  readonly title: string;
  readonly expr: string;
  /** The metrics that it asks for, by the names under which they are described. */
  readonly metrics: readonly string[];
  /** The labels that it, or its legend, names. */
  readonly labels: readonly string[];
};

const SHAPES = /_(?:bucket|sum|count)$/;

/** Reads the dashboard. */
export function readDashboard(): { readonly panels: readonly Panel[]; readonly queries: readonly Query[] } {
  const { panels } = JSON.parse(readFileSync(repositoryPath("docker/prometheus/dashboard.json"), "utf8")) as {
    readonly panels: readonly Panel[];
  };
  const queries = panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => {
      const expr = target.expr.replaceAll("$__rate_interval", "5m").replaceAll("$region", "us");
      const named = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(", "));
      const matched = [...expr.matchAll(/(\w+)(?:=|!=)~?"/g)].map(([, label = ""]) => label);
      const shown = [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
      const metrics = expr.match(/\b(?:volley|process|nodejs)_\w+/g) ?? [];
      return {
        title,
        expr,
        metrics: metrics.map((name) => name.replace(SHAPES, "")),
        labels: [...named, ...matched, ...shown],
      };
    }),
  );
  return { panels, queries };
}
