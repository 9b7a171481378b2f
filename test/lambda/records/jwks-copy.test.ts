import { JwksCopy } from '../../../lambda/records/jwks-copy';
import { jwksOf, makeKey, withKid } from '../../support/token-issuer';

const key = makeKey('a');
const newKey = withKid(key, 'b');
const MINUTE = 60_000;
const START = 1_800_000_000_000;

function setUp(initial: string | Error = jwksOf(key)) {
  let answer: string | Error = initial;
  const read = jest.fn(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
  const unreadable = jest.fn();
  const copy = new JwksCopy({ read }, unreadable);
  const kids = async (nowMs: number) => (await copy.current(nowMs))?.map(({ kid }) => kid);
  return { copy, kids, read, unreadable, publish: (next: string | Error) => void (answer = next) };
}

describe('the copy of the key set', () => {
  it('is read once and kept', async () => {
    const { kids, read } = setUp();
    await kids(START);
    await kids(START + 9 * MINUTE);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is read once for requests that come together', async () => {
    const { kids, read } = setUp();
    await Promise.all([kids(START), kids(START), kids(START)]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is read again after ten minutes, so that a key taken out of the pool is no longer believed', async () => {
    const { kids, publish } = setUp();
    await kids(START);
    publish(jwksOf(newKey));
    await expect(kids(START + 10 * MINUTE + 1)).resolves.toEqual(['b']);
  });

  it('stays in use for an hour while it cannot be read, then lets nobody in', async () => {
    const { kids, publish } = setUp();
    await kids(START);
    publish(new Error('outage'));
    await expect(kids(START + 59 * MINUTE)).resolves.toEqual(['a']);
    await expect(kids(START + 61 * MINUTE)).resolves.toBeUndefined();
  });

  it('is used again as soon as it can be read again', async () => {
    const { kids, publish } = setUp();
    await kids(START);
    publish(new Error('outage'));
    await kids(START + 61 * MINUTE);
    publish(jwksOf(newKey));
    await expect(kids(START + 62 * MINUTE)).resolves.toEqual(['b']);
  });

  it('is asked for at most every 30 s while it cannot be read, and each failure is told', async () => {
    const { kids, read, unreadable, publish } = setUp();
    await kids(START);
    publish(new Error('outage'));
    for (let second = 0; second < 60; second += 1) await kids(START + 11 * MINUTE + second * 1_000);
    expect(read).toHaveBeenCalledTimes(3);
    expect(unreadable).toHaveBeenCalledTimes(2);
  });

  it('keeps the old keys when the new text is refused', async () => {
    const { kids, publish, unreadable } = setUp();
    await kids(START);
    publish('{"keys":[]}');
    await expect(kids(START + 11 * MINUTE)).resolves.toEqual(['a']);
    expect(unreadable).toHaveBeenCalledTimes(1);
  });
});
