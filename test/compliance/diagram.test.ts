import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/diagram';
import { DIAGRAM_END, DIAGRAM_START, diagrams, withDiagrams } from '../../lib/compliance/diagram';
import { mermaid, nodeCount } from '../../lib/compliance/diagram-mermaid';
import type { DiagramStack } from '../../lib/compliance/diagram-model';
import { ASSEMBLY_FOLDER, templatesOf } from '../support/assembly';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'architecture.md');

/** Past this a picture is a hairball. */
const MOST_NODES = 44;

const prod: readonly DiagramStack[] = templatesOf('prod').map(({ stack, body }) => ({
  name: `prod-${stack}`,
  template: JSON.parse(body) as DiagramStack['template'],
}));

/** The text of one picture. */
function drawn(title: string, stacks: readonly DiagramStack[] = prod): string {
  const diagram = diagrams(stacks).find((one) => one.title === title);
  if (!diagram) throw new Error(`No diagram ${title}`);
  return mermaid(diagram);
}

/** The same stacks, with one resource changed. */
function withResource(logicalId: string, change: (properties: Record<string, unknown>) => void): DiagramStack[] {
  let changed = 0;
  const stacks = prod.map(({ name, template }) => {
    const copy = JSON.parse(JSON.stringify(template)) as DiagramStack['template'];
    const found = Object.entries(copy.Resources).find(([id]) => id.startsWith(logicalId))?.[1];
    if (found?.Properties) {
      change(found.Properties);
      changed += 1;
    }
    return { name, template: copy };
  });
  if (changed !== 1) throw new Error(`Expected one resource ${logicalId}*, found ${changed}`);
  return stacks;
}

describe('the committed diagrams', () => {
  test('equal what the templates of prod give; otherwise run `npm run synth && npm run diagram`', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(document).toBe(withDiagrams(document, prod));
  });

  const titled = diagrams(prod).map((diagram) => [diagram.title, diagram] as const);

  test.each(titled)('%s has something to say and stays readable', (_, diagram) => {
    expect(nodeCount(diagram)).toBeGreaterThan(5);
    expect(nodeCount(diagram)).toBeLessThanOrEqual(MOST_NODES);
  });

  test('show no account, address, domain or Region, which belong to the configuration', () => {
    const text = diagrams(prod).map(mermaid).join('\n');
    expect(text).not.toMatch(/\d{12}|@|telehealth|us-(east|west)-\d/);
  });
});

describe('the diagrams are derived', () => {
  test('give the same text for the same stacks in another order', () => {
    const reversed = [...prod].reverse().map(({ name, template }) => ({
      name,
      template: { ...template, Resources: Object.fromEntries(Object.entries(template.Resources).reverse()) },
    }));
    for (const { title } of diagrams(prod)) expect(drawn(title, reversed)).toBe(drawn(title));
  });

  test('lead from the internet to the database only through the proxy', () => {
    const arrows = drawn('Network path').split('\n').filter((line) => line.includes('-->'));
    expect(arrows.filter((line) => line.includes('Internet -->'))).toEqual(['  Internet -->|"TCP 443"| Api_Edge_LoadBalancer']);
    expect(arrows.filter((line) => line.endsWith(' Data_Database_Instance'))).toEqual([
      // Past the proxy go functions that clients cannot invoke.
      '  Api_Audit_Exporter_Function -->|"TCP 5432"| Data_Database_Instance',
      '  Data_Administration_Administer_Function -->|"TCP 5432"| Data_Database_Instance',
      '  Data_KeyRotation_Rotate_Function -->|"TCP 5432"| Data_Database_Instance',
      '  Data_Migrations_Migrate_Function -->|"TCP 5432"| Data_Database_Instance',
      '  Data_Proxy_Proxy -->|"TCP 5432"| Data_Database_Instance',
      '  Detection_Signals_Count_Function -->|"TCP 5432"| Data_Database_Instance',
      '  Response_SessionRevoker_Revoke_Function -->|"TCP 5432"| Data_Database_Instance',
    ]);
  });

  test('show a security group that was opened to the internet', () => {
    const opened = withResource('GroupsDatabase43A0544C', (properties) => {
      properties['SecurityGroupIngress'] = [{ CidrIp: '0.0.0.0/0', FromPort: 5432, ToPort: 5432, IpProtocol: 'tcp' }];
    });
    expect(drawn('Network path', opened)).toContain('Internet -->|"TCP 5432"| Data_Database_Instance');
  });

  test('show a store whose key was changed', () => {
    const moved = withResource('DocumentsBucket', (properties) => {
      properties['BucketEncryption'] = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      };
    });
    expect(drawn('Data and keys')).toContain('Data_Documents_Documents_Bucket --> Foundation_Keys_Records');
    expect(drawn('Data and keys', moved)).toContain('Data_Documents_Documents_Bucket --> S3ManagedKeys');
  });

  test('show who calls a key that nothing is stored under', () => {
    const text = drawn('Data and keys');
    expect(text).toContain('Api_Records_Api_Function -->|"kms:GenerateMac"| Foundation_IndexKeys');
    expect(text).toContain('Api_Audit_Exporter_Function -->|"kms:Sign"| Foundation_Keys_BatchSigning');
    const silent = withResource('AuditExporterExecutionPolicy', (properties) => {
      properties['PolicyDocument'] = { Statement: [] };
    });
    expect(drawn('Data and keys', silent)).not.toContain('Foundation_Keys_BatchSigning');
    expect(drawn('Evidence flow')).toContain('Api_Audit_Exporter_Function -->|"audit batches, signed"| Foundation_Archive_Audit_Bucket');
    expect(drawn('Evidence flow', silent)).not.toContain('audit batches');
  });

  test('draw what belongs to a function as the function', () => {
    const text = drawn('Detection');
    expect(text).toContain('Api_Audit_Exporter_Function -->|"metrics, log, failed runs"| Detection_Alarms_AuditBatchConflict');
    expect(text).not.toContain('Api_Audit_Failed_Queue');
    expect(text).toContain('-->|"what calls for containment"| Response_Coordination_Coordinator_Function');
    expect(text).not.toContain('Detection_Coordination_');
  });

  test('lose the arrow of a log that is no longer written', () => {
    const silent = withResource('EdgeLoadBalancer9EA98EDF', (properties) => {
      properties['LoadBalancerAttributes'] = [];
    });
    expect(drawn('Evidence flow')).toContain('Api_Edge_LoadBalancer -->|"access log"|');
    expect(drawn('Evidence flow', silent)).not.toContain('Api_Edge_LoadBalancer');
  });

  test('name every alarm and every rule that tells somebody', () => {
    const text = drawn('Detection');
    const detections = prod
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' || (Type === 'AWS::Events::Rule' && Properties?.['EventPattern']))
      .map(({ Metadata }) => String(Metadata?.['aws:cdk:path']).split('/'))
      // The rules of the guardian start it, and tell nobody; it tells by its alarms.
      .filter((path) => !path.includes('Guardian'))
      .map((path) => path.at(-2));
    expect(detections.length).toBeGreaterThan(20);
    for (const id of detections) expect(text).toContain(String(id));
  });

  test('call a detector that the organization runs what it is', () => {
    const adopted = prod.map(({ name, template }) => ({
      name,
      template: {
        ...template,
        Resources: Object.fromEntries(Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::GuardDuty::Detector')),
      },
    }));
    expect(drawn('Detection', adopted)).toContain('aws_guardduty(["aws.guardduty<br/>managed elsewhere"])');
  });
});

describe('npm run diagram', () => {
  let folder: string;
  const said: string[] = [];
  const complained: string[] = [];
  const run = (document: string, ...args: string[]): number =>
    main(args, document, (text) => said.push(text), (text) => complained.push(text));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'diagram-'));
    said.length = 0;
    complained.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('rewrites what is between the markers and nothing else, and says when there is nothing to do', () => {
    const document = join(folder, 'architecture.md');
    writeFileSync(document, `before\n${DIAGRAM_START}\nan earlier drawing\n${DIAGRAM_END}\nafter\n`);
    expect(run(document, ASSEMBLY_FOLDER)).toBe(0);
    const written = readFileSync(document, 'utf8');
    expect(written.startsWith(`before\n${DIAGRAM_START}\n\n### Network path`)).toBe(true);
    expect(written.endsWith(`${DIAGRAM_END}\nafter\n`)).toBe(true);
    expect(written).not.toContain('an earlier drawing');
    expect(run(document, ASSEMBLY_FOLDER)).toBe(0);
    expect(said).toEqual(['docs/architecture.md rewritten.', 'docs/architecture.md is up to date.']);
  });

  test('says what to run when there is no cloud assembly', () => {
    expect(run(DOCUMENT, folder)).toBe(1);
    expect(complained).toEqual([`No cloud assembly in ${folder}. Run \`npm run synth\` first, or name the folder of one.`]);
  });

  test('refuses a document without its two markers', () => {
    const document = join(folder, 'architecture.md');
    writeFileSync(document, `${DIAGRAM_END}\n${DIAGRAM_START}\n`);
    expect(run(document, ASSEMBLY_FOLDER)).toBe(1);
    expect(complained.join()).toContain(DIAGRAM_START);
    expect(readFileSync(document, 'utf8')).toBe(`${DIAGRAM_END}\n${DIAGRAM_START}\n`);
  });

  test('explains its use when it is given two folders', () => {
    expect(run(DOCUMENT, ASSEMBLY_FOLDER, folder)).toBe(2);
    expect(complained.join()).toContain('npm run diagram');
  });
});
