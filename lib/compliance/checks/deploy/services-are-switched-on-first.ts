import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { leavesOf } from '../../model/leaves';

/** What can only be made after the service that it belongs to is on, by type, with the types that switch it on. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  'AWS::SecurityHub::Standard': ['AWS::SecurityHub::Hub'],
  'AWS::SecurityHub::SecurityControl': ['AWS::SecurityHub::Hub'],
  'AWS::SecurityHub::AutomationRule': ['AWS::SecurityHub::Hub'],
  'AWS::Config::ConfigRule': ['AWS::Config::ConfigurationRecorder'],
  'AWS::Config::ConformancePack': ['AWS::Config::ConfigurationRecorder', 'AWS::Config::DeliveryChannel'],
  'AWS::Macie::CustomDataIdentifier': ['AWS::Macie::Session'],
  'AWS::Macie::FindingsFilter': ['AWS::Macie::Session'],
};

/** CloudFormation makes what does not refer to each other at once, and the service refuses what comes too early. */
export const servicesAreSwitchedOnFirst: Check = {
  id: 'deploy/services-are-switched-on-first',
  claim: 'every standard, rule and pack is made after its hub or recorder, and recorder and delivery channel are made together',
  citations: ['164.308(a)(8)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const later = environment.all.filter(({ type }) => Object.hasOwn(AFTER, type));
    const pair = [...environment.of('AWS::Config::ConfigurationRecorder'), ...environment.of('AWS::Config::DeliveryChannel')];
    return judgeEach([...later, ...pair], '164.308(a)(8)', (each) =>
      later.includes(each) ? waits(environment, each) : standsTogether(each, pair),
    );
  },
};

function waits(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  return (AFTER[each.type] ?? []).flatMap((type): readonly Fault[] => {
    const first = environment.of(type).filter(({ stack }) => stack === each.stack);
    const left = first.filter((resource) => !reaches(environment, each, resource, new Set()));
    return left.map(({ logicalId }) => ({
      property: 'DependsOn',
      value: each.dependsOn.join(', '),
      expected: `${logicalId}, directly or by the way`,
    }));
  });
}

/** Whether one resource is made after another of its stack: by DependsOn or by a reference in its properties. */
function reaches(environment: EnvironmentModel, from: Resource, to: Resource, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from.name)) return false;
  seen.add(from.name);
  const { texts } = leavesOf(from);
  const refersTo = (id: string): boolean => texts.some((text) => text.includes(`\${${from.stack}.${id}}`));
  const next = environment.all.filter(
    ({ stack, logicalId }) => stack === from.stack && (from.dependsOn.includes(logicalId) || refersTo(logicalId)),
  );
  return next.some((each) => reaches(environment, each, to, seen));
}

/** Each waits for the other: a recorder starts when there is a channel, and a channel is taken when there is a recorder. */
function standsTogether(each: Resource, pair: readonly Resource[]): readonly Fault[] {
  const others = pair.filter(({ type, region }) => type !== each.type && region === each.region);
  return others.flatMap((other): Fault[] => [
    ...(other.stack === each.stack
      ? []
      : [{ property: 'Type', value: `in ${each.stack}, and ${other.logicalId} in ${other.stack}`, expected: 'both in one stack' }]),
    ...(each.dependsOn.includes(other.logicalId)
      ? [{ property: 'DependsOn', value: other.logicalId, expected: 'nothing between recorder and channel' }]
      : []),
  ]);
}
