/** Undoes, in reverse order, what was done so far: of a start that fails half-way, and of one that has run its time. */
export class Teardown {
  private steps: (() => Promise<void> | void)[] = [];

  /** Says how to undo what was just done. */
  add(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  /** Takes every step once, whatever the others do. */
  async run(): Promise<void> {
    const steps = this.steps.reverse();
    this.steps = [];
    for (const step of steps) await Promise.resolve().then(step).catch(() => undefined);
  }
}
