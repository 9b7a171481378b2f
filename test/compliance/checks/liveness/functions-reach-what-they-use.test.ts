import { environmentOf } from '../../../support/tiny-environment';
import { changed, judge } from '../../../support/weakening';

const CHECK = 'liveness/functions-reach-what-they-use';

it('has nothing to say where no function stands in a network', () => {
  expect(judge(environmentOf({ Function: { Type: 'AWS::Lambda::Function' } }), CHECK).verdict.state).toBe('notApplicable');
});

it.each([
  ['AWS::EC2::SecurityGroupEgress', 'GroupsRecordsFunctiontoprodNetworkGroupsProxy', 'RecordsApiFunction', 'Proxy'],
  ['AWS::EC2::SecurityGroupEgress', 'GroupsProxytoprodNetworkGroupsDatabase', 'Proxy', 'DatabaseInstance'],
  ['AWS::EC2::SecurityGroupIngress', 'GroupsDatabasefromprodNetworkGroupsAuditExporter', 'AuditExport', 'DatabaseInstance'],
  ['AWS::EC2::SecurityGroupIngress', 'GroupsEndpointsfromprodNetworkGroupsKeyRotation', 'KeyRotation', 'RecordsVpcKms'],
  ['AWS::EC2::SecurityGroupEgress', 'GroupsAuditExportertopl', 'AuditExport', 'S3'],
])('notices that %s %s* is gone', (type, prefix, who, what) => {
  const { verdict } = judge(changed('prod', (draft) => draft.remove(type, prefix)), CHECK);
  const findings = verdict.state === 'unmet' ? verdict.findings : [];
  expect(findings).toHaveLength(1);
  expect(findings[0]?.logicalId).toMatch(new RegExp(`^${who}`));
  expect(findings[0]?.value).toMatch(new RegExp(`^let nothing through to ${what}`));
});
