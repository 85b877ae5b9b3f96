import type { Proof } from './format.ts';
export function proofPage(proof: Proof): string {
  return JSON.stringify(proof);
}
