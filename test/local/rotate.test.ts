import type { RotationStep } from '../../lambda/key-rotation/rotate';
import { renderRotation } from '../../local/rotate';

const step = (kind: RotationStep['step'], rest: Partial<RotationStep> = {}): RotationStep => ({
  keyClass: 'billing',
  step: kind,
  code: 'ok',
  rewritten: 0,
  malformed: 0,
  unreadable: 0,
  durationMs: 1,
  ...rest,
});

const ADDED = [step('add'), step('wait', { dueInMs: 600_000 })];

describe('the words for a rotation', () => {
  it('say what was done, class by class', () => {
    const steps = [step('add'), step('rewrite', { rewritten: 12 }), step('rewrite'), step('retire'), step('wait'), step('wait', { keyClass: 'identity' })];
    expect(renderRotation({ steps, isServing: false }).split('\n')).toEqual([
      'billing   new key, 12 rows rewritten, no value under an older key, older keys retired',
      'identity  no other key yet: the newest is younger than ten minutes',
    ]);
  });

  it('say what a running service does by itself afterwards, and nothing of the kind where none runs', () => {
    expect(renderRotation({ steps: ADDED, isServing: true })).toMatch(/^billing {3}new key\nThe running service writes with the new keys in ten minutes/);
    expect(renderRotation({ steps: ADDED, isServing: false })).toBe('billing   new key');
  });

  it('name the code of every step that was not done', () => {
    const steps = [step('rewrite', { code: 'values_malformed', rewritten: 3 }), step('wait', { keyClass: undefined, code: 'rotation_busy' })];
    expect(renderRotation({ steps, isServing: false })).toBe('billing   3 rows rewritten (values_malformed)\nall       stopped (rotation_busy)');
  });
});
