// A client as somebody else might write it, on types generated from the contract: it compiles, or the contract broke it.
import type { components, operations, paths } from "./schema";

type Role = components["schemas"]["Role"];
type Problem = components["schemas"]["Problem"];
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;
type Opening = operations["openCase"]["requestBody"]["content"]["application/json"];

async function ask<Path extends keyof paths>(path: Path, href: string, token: string): Promise<Answer<Path>> {
  const response = await fetch(`https://ondersteuningsroute.example/v1${href}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) {
    const problem: Problem = await response.json();
    throw new Error([problem.detail, ...(problem.reasons ?? []).map((reason) => reason.detail)].join("\n"));
  }
  return response.json();
}

export async function whatIsMine(caseId: string, token: string): Promise<string[]> {
  const next = await ask("/cases/{caseId}/next-steps", `/cases/${caseId}/next-steps`, token);
  const mine = next.items.filter((step) => step.forYou && !step.allowed);
  return mine.flatMap((step) => step.reasons.map((reason) => `${step.title}: ${reason.detail}`));
}

export const opening: Opening = {
  youngPersonId: "0199a5c0-7d1e-4a52-9c41-5b0c6d2e8f11",
  route: "midden-groningen",
  signal: { givenBy: "professional", kind: "beide", content: "Leest met moeite en is de laatste weken stil." },
};
export const teacher: Role = "leerkracht";

// What the contract closes stays closed: each line below is wrong, and the compiler has to say so.
// @ts-expect-error: no role of the route
export const nobody: Role = "juf";
// @ts-expect-error: no field of a case
export const unknown = (one: components["schemas"]["Case"]): unknown => one.bsn;
// @ts-expect-error: a case may have no step that its reader may see
export const step = (one: components["schemas"]["Case"]): string => one.step;
// @ts-expect-error: a case opens on a signal
export const silent: Opening = { youngPersonId: opening.youngPersonId, route: "midden-groningen" };
