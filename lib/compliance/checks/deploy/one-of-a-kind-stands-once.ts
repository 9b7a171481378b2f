import type { Check } from '../../check';
import { judgeTypes } from '../../judge';

/** Services of which an account has one in each Region. */
const ONE_OF_A_KIND: readonly string[] = [
  'AWS::GuardDuty::Detector',
  'AWS::SecurityHub::Hub',
  'AWS::SecurityHub::HubV2',
  'AWS::Config::ConfigurationRecorder',
  'AWS::Config::DeliveryChannel',
  'AWS::Macie::Session',
];

/** A second one is refused. Whether the account has one already, no template shows. */
export const oneOfAKindStandsOnce: Check = {
  id: 'deploy/one-of-a-kind-stands-once',
  claim: 'no Region has two detectors, hubs, recorders, delivery channels or Macie sessions',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ONE_OF_A_KIND, '164.308(a)(8)', (each) => {
      const others = environment.of(each.type).filter((other) => other !== each && other.region === each.region);
      return others.map((other) => ({ property: 'Type', value: `${other.name} as well`, expected: `one ${each.type} in ${each.region}` }));
    }),
};
