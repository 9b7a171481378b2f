import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

const ADDRESSES: Readonly<Record<string, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  'email-json': /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  https: /^https:\/\/\S+$/,
  lambda: /^arn:aws[\w-]*:lambda:/,
  sqs: /^arn:aws[\w-]*:sqs:/,
  firehose: /^arn:aws[\w-]*:firehose:/,
};

/** A subscription that its protocol does not fit is refused; whether a mail was confirmed, no template shows. */
export const noticesHaveAnAddress: Check = {
  id: 'deploy/notices-have-an-address',
  claim: 'every subscription is to a topic of these templates, by an encrypted protocol or mail, with an address of that kind',
  citations: ['164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::SNS::Subscription'], '164.308(a)(6)(ii)', (each) => faultsOf(environment, each)),
};

function faultsOf(environment: EnvironmentModel, each: Resource): readonly Fault[] {
  const [protocol = '', endpoint = ''] = [textAt(each, 'Protocol'), textAt(each, 'Endpoint')];
  const pattern = Object.hasOwn(ADDRESSES, protocol) ? ADDRESSES[protocol] : undefined;
  const topic = environment.at(textAt(each, 'TopicArn'), 'AWS::SNS::Topic');
  return [
    ...(topic ? [] : [{ property: 'TopicArn', value: textAt(each, 'TopicArn'), expected: 'a topic of these templates' }]),
    ...(pattern ? [] : [{ property: 'Protocol', value: protocol, expected: `one of ${Object.keys(ADDRESSES).join(', ')}` }]),
    ...(!pattern || pattern.test(endpoint) ? [] : [{ property: 'Endpoint', value: endpoint, expected: `an address for ${protocol}` }]),
  ];
}
