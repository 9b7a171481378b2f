import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';

/** Types whose service has closed to new customers, or that need a macro or another account's application. */
const CLOSED: Readonly<Record<string, string>> = {
  'AWS::CloudTrail::EventDataStore': 'CloudTrail Lake closed to new customers on 31 May 2026: query the archive with Athena',
  'AWS::AuditManager::Assessment': 'Audit Manager closed to new customers on 30 April 2026',
  'AWS::Serverless::Application': 'it needs a transform and a function of somebody else: let the service rotate its secret itself',
};

/** What a new account is refused. */
export const servicesTakeNewCustomers: Check = {
  id: 'deploy/services-take-new-customers',
  claim: 'no resource is of a service that takes no new customers',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const closed = environment.all.filter(({ type }) => Object.hasOwn(CLOSED, type));
    return verdictOf(
      environment.all,
      closed.map((each) =>
        toFinding(each, '164.308(a)(8)', { property: 'Type', value: each.type, expected: `another way: ${CLOSED[each.type] ?? ''}` }),
      ),
    );
  },
};
