import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Environment {
  readonly moduleMocker: typeof jest;
  readonly fakeTimersModern: { useFakeTimers(): void; useRealTimers(): void };
  setup(): Promise<void>;
  teardown(): Promise<void>;
}

const ProcessEnvironment = createRequire(__filename)(join(__dirname, 'environment.js')) as new (given: object) => Environment;

describe('the environment of a test file', () => {
  let environment: Environment;

  beforeEach(async () => {
    process.env['RUNNER_KEPT'] = 'before';
    environment = new ProcessEnvironment({ projectConfig: { fakeTimers: {} } });
    await environment.setup();
  });

  afterEach(() => delete process.env['RUNNER_KEPT']);

  it('puts back the variables that a file sets, changes or deletes', async () => {
    const before = { ...process.env };
    process.env['RUNNER_NEW'] = 'left behind';
    process.env['RUNNER_KEPT'] = 'changed';
    delete process.env['PATH'];
    await environment.teardown();
    expect({ ...process.env }).toEqual(before);
  });

  it('puts back what a file replaces in a module', async () => {
    const module = { value: 1, act: () => 'done' };
    environment.moduleMocker.replaceProperty(module, 'value', 2);
    environment.moduleMocker.spyOn(module, 'act').mockReturnValue('nothing');
    await environment.teardown();
    expect([module.value, module.act()]).toEqual([1, 'done']);
  });

  it('ends fake timers', async () => {
    const { setTimeout: real } = globalThis;
    environment.fakeTimersModern.useFakeTimers();
    expect(globalThis.setTimeout).not.toBe(real);
    await environment.teardown();
    const { setTimeout: after } = globalThis;
    // Else a failure would stop the clock of whoever reports it.
    environment.fakeTimersModern.useRealTimers();
    expect(after).toBe(real);
  });
});
