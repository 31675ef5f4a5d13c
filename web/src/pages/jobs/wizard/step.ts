import type { Draft } from "../draft";

// What every step of the wizard is given.
export interface StepProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
}
