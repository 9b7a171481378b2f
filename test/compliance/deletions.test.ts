import { CHECKS } from '../../lib/compliance/catalogue';
import type { Check } from '../../lib/compliance/check';
import { runChecks } from '../../lib/compliance/run-checks';
import { changed, draftOf, modelOf } from '../support/weakening';

/** Last resorts: that something refers to what is gone, or that the reviewed list names it. */
const LAST: readonly string[] = ['deploy/references-resolve', 'access/access-is-as-reviewed'];

/** What may go without anybody being less safe, by the beginning of its logical id, and why. */
const HARMLESS: Readonly<Record<string, string>> = {
  NameAlias: 'nobody finds the API by its name any more, and nothing else answers to it',
  EdgeRecords: 'the listener is left with its default action, which refuses every request',
  TokenKeysRefreshed: 'the schedule copies the token keys a quarter of an hour later, and until then every token is refused',
  KeyRotationFirstKeys: 'there is no data key to write with, so nothing is written until the rotation makes one',
  ThreatsConfigRecorderControl: 'a control of the hub reports the recorder’s own role as a finding, which is one too many',
  RecordsVpcLoadBalancerSubnet1DefaultRoute: 'the load balancer is cut off from the internet',
  RecordsVpcLoadBalancerSubnet2DefaultRoute: 'the load balancer is cut off from the internet',
  ContainmentFreezeNone: 'the pipeline misses it, and refuses to deploy',
  RecordsVpcVPCGW: 'the network is cut off from the internet',
};

const deletable = draftOf('prod').all();

/** What noticed the last deletion comes first: the next resource is often of the same kind. */
const inOrderOfUse: Check[] = CHECKS.filter(({ id }) => !LAST.includes(id));
const lastly = CHECKS.filter(({ id }) => LAST.includes(id));

function whatNotices(stack: string, logicalId: string): string | undefined {
  const model = changed('prod', (draft) => void delete draft.open(stack).Resources[logicalId]);
  const isUnmet = (each: Check): boolean => runChecks(model, [each], '2026-11-27').results[0]?.verdict.state === 'unmet';
  const last = lastly.find(isUnmet);
  if (last) return last.id;
  const check = inOrderOfUse.find(isUnmet);
  if (check) inOrderOfUse.unshift(...inOrderOfUse.splice(inOrderOfUse.indexOf(check), 1));
  return check?.id;
}

it('starts from templates in which nothing is missed', () => {
  expect(runChecks(modelOf('prod'), inOrderOfUse, '2026-11-27').results.filter(({ verdict }) => verdict.state === 'unmet')).toEqual([]);
});

it('misses every resource that is gone, but for those whose absence only closes something', () => {
  const unmissed = deletable.filter(({ stack, logicalId }) => whatNotices(stack, logicalId) === undefined);
  expect(deletable.length).toBeGreaterThan(250);
  expect(unmissed.map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(Object.keys(HARMLESS).sort());
}, 300_000);
