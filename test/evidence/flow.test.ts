import type { Chart } from '../../lib/evidence/chart';
import { chartOf } from '../../lib/evidence/chart';
import { readEnvironments } from '../../lib/compliance/assembly';
import { diagrams } from '../../lib/compliance/diagram';
import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { changed, modelOf, type TemplateDraft } from '../support/weakening';

const stacks = readEnvironments(ASSEMBLY_FOLDER).find(({ name }) => name === 'prod')?.stacks ?? [];
const pictures = diagrams(stacks);
const chartsOf = (model: EnvironmentModel): readonly Chart[] => pictures.map((each) => chartOf(model, each));
const plainIn = (charts: readonly Chart[]): string[] =>
  charts.flatMap(({ edges }) => edges.filter(({ encrypted }) => encrypted === 'no').map(({ from, to }) => `${from.lines[0]} -> ${to.lines[0]}`));

const charts = chartsOf(modelOf('prod'));
const network = charts[0];

test('every arrow says how it travels, whether encrypted, and where that is to be seen', () => {
  const edges = charts.flatMap((chart) => chart.edges);
  expect(edges.length).toBeGreaterThan(80);
  expect(edges.filter(({ protocol, evidence, short }) => protocol === '' || evidence === '' || short.length > 10 || short === '')).toEqual([]);
});

test('nothing is said to travel in the clear but the mails of alarms', () => {
  expect(plainIn(charts).sort()).toEqual(['Privacy -> Privacy officer', 'Security -> Security officer']);
});

test('what the internet reaches, what stands in the network, and what neither does are zones apart', () => {
  const zones = new Map(network?.nodes.map(({ lines, zone }) => [lines[0], zone]));
  expect([zones.get('Clients'), zones.get('Edge / Load Balancer'), zones.get('Records / Api'), zones.get('Database'), zones.get('Token Keys / Refresher')]).toEqual([
    'outside', 'edge', 'network', 'network', 'services',
  ]);
});

test('the way of a client ends in TLS that the listener names, and that of a function in TLS that the proxy asks for', () => {
  const edge = (to: string, from: string) => network?.edges.find((each) => each.to.lines[0] === to && each.from.lines[0] === from);
  expect(edge('Edge / Load Balancer', 'Clients')).toMatchObject({ port: 443, protocol: 'HTTPS', encrypted: 'yes', evidence: expect.stringContaining('SslPolicy: ELBSecurityPolicy-TLS13') });
  expect(edge('Proxy', 'Records / Api')).toMatchObject({ port: 5432, encrypted: 'yes', evidence: expect.stringMatching(/RequireTLS: true$/) });
});

test.each<[string, (draft: TemplateDraft) => void, string]>([
  ['a proxy that does not ask for TLS', (draft) => draft.set('AWS::RDS::DBProxy', '', 'RequireTLS', false), 'Records / Api -> Proxy'],
  ['a database that does not force TLS', (draft) => draft.set('AWS::RDS::DBParameterGroup', '', 'Parameters', { 'rds.force_ssl': '0' }), 'Proxy -> Database'],
  ['a plain listener', (draft) => draft.set('AWS::ElasticLoadBalancingV2::Listener', '', 'Protocol', 'HTTP'), 'Clients -> Edge / Load Balancer'],
  ['a bucket whose policy refuses nothing', (draft) => draft.set('AWS::S3::BucketPolicy', 'LandingConfig', 'PolicyDocument', { Statement: [] }), 'Config / Channel -> Landing / Config'],
  ['a vault without a key', (draft) => draft.set('AWS::Backup::BackupVault', 'BackupPointInTime', 'EncryptionKeyArn', undefined), 'Database -> Backup / Point In Time'],
])('%s is shown as such', (_, weaken, arrow) => {
  expect(plainIn(chartsOf(changed('prod', weaken)))).toContain(arrow);
});
