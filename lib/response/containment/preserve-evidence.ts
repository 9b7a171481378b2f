import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { EnvironmentName } from '../../config/environment';
import { trailFiles } from '../../shared/fixed-names';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';
import { putEvidence } from './evidence';
import type { Step } from './step';

/** What evidence is taken of. */
export interface Witnesses {
  readonly environment: EnvironmentName;
  readonly database: IDatabaseInstance;
  readonly api: IFunction;
  /** Where the trail lies, locked. */
  readonly trailBucket: IBucket;
}

const SNAPSHOT = `'\${Environment}-incident-' & $lowercase($incident)`;

/**
 * Takes what a change could put out of reach: a snapshot of the database, one for each incident; which code the API runs, by digest; and
 * where in the locked archive the trail of the last day lies. 164.308(a)(6)(ii), 164.310(d)(2)(iv).
 *
 * The snapshot holds PHI, under the database's own key, until somebody deletes it: the runbook says when. Nothing is restored, since
 * nothing changes.
 */
export function preserveEvidence({ environment, database, api, trailBucket }: Witnesses): ContainmentAction {
  const snapshots = Stack.of(database).formatArn({
    service: 'rds',
    resource: 'snapshot',
    resourceName: `${environment}-incident-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    id: 'preserve-evidence',
    description: 'Preserves evidence: a snapshot of the database, the code that runs, where the trail lies.',
    read: [
      {
        name: 'Look for the snapshot',
        call: 'aws-sdk:rds:describeDBSnapshots',
        arguments: { DbSnapshotIdentifier: jsonata(SNAPSHOT) },
        assign: { present: jsonata(`{'snapshot': ${SNAPSHOT}}`) },
        answers: { errors: ['Rds.DbSnapshotNotFoundException'], assign: { present: { snapshot: null } } },
      },
    ],
    contained: '$present.snapshot != null',
    contain: [readCode(), writePointers(), makeSnapshot()],
    holdsDeployments: false,
    preservesFirst: false,
    may: {
      contain: [
        new PolicyStatement({
          sid: 'MakeSnapshot',
          actions: ['rds:CreateDBSnapshot', 'rds:DescribeDBSnapshots'],
          resources: [database.instanceArn, snapshots],
        }),
        new PolicyStatement({ sid: 'ReadCodeDigest', actions: ['lambda:GetFunctionConfiguration'], resources: [api.functionArn] }),
      ],
      restore: [],
    },
    substitutions: { Database: database.instanceIdentifier, RecordsFunction: api.functionName, TrailBucket: trailBucket.bucketName },
  };
}

function makeSnapshot(): Step {
  return {
    name: 'Make a snapshot of the database',
    call: 'aws-sdk:rds:createDBSnapshot',
    arguments: { DbInstanceIdentifier: '${Database}', DbSnapshotIdentifier: jsonata(SNAPSHOT) },
  };
}

function readCode(): Step {
  return {
    name: 'Read what code runs',
    call: 'aws-sdk:lambda:getFunctionConfiguration',
    arguments: { FunctionName: '${RecordsFunction}' },
    assign: { code: jsonata(`{'sha256': $states.result.CodeSha256, 'lastModified': $states.result.LastModified}`) },
  };
}

function writePointers(): Step {
  const day = (millis: string): string =>
    `'${trailFiles('${Account}')}CloudTrail/\${Region}/' & $fromMillis(${millis}, '[Y0001]/[M01]/[D01]') & '/'`;
  return putEvidence('Write where evidence lies', `'evidence.json'`, {
    code: jsonata('$code'),
    snapshot: jsonata(SNAPSHOT),
    trail: { bucket: '${TrailBucket}', prefixes: [jsonata(day('$millis() - 86400000')), jsonata(day('$millis()'))] },
  });
}
