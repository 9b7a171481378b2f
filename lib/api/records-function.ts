import { Duration, Stack } from 'aws-cdk-lib';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { RecordsEnvironment } from '../../lambda/records/contract';
import { RECORDS_DATABASE_USER } from '../../lambda/records/contract';
import type { EnvironmentConfig } from '../config/environment';
import { databaseAddress } from '../data/database-function';
import { DOCUMENT_OBJECTS, RECORDING_OBJECTS } from '../data/document-access';
import type { RecordsProxy } from '../data/records-proxy';
import type { Keys } from '../foundation/keys';
import { APPLICATION_SUBNETS } from '../network/subnets';
import { allowFieldKey } from '../shared/field-key';
import { recordsApiRoleName } from '../shared/fixed-names';
import { SecureFunction } from '../shared/secure-function';

/** What the records API reaches. */
export interface RecordsFunctionProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly keys: Keys;
  readonly proxy: RecordsProxy;
  readonly userPool: IUserPool;
  readonly client: IUserPoolClient;
  /** Copy of the user pool's token keys, which isolated subnets cannot fetch. */
  readonly jwks: IStringParameter;
  readonly documents: IBucket;
}

/**
 * Age in milliseconds at which no signature of this role opens an object any more, whatever the code that signed it thought: five minutes.
 * The addresses themselves live a minute.
 */
const MAX_SIGNATURE_AGE_MS = 300_000;

/**
 * The records API: one function behind the load balancer, in isolated subnets. 164.312(a)(1).
 *
 * It unwraps data keys and makes none; it reads and writes objects only through addresses that it hands to clients, and can neither
 * list nor delete any.
 */
export class RecordsFunction extends Construct {
  readonly api: SecureFunction;

  constructor(scope: Construct, id: string, private readonly props: RecordsFunctionProps) {
    super(scope, id);
    const { config, documents, keys } = props;
    const environment: RecordsEnvironment = {
      USER_POOL_ID: props.userPool.userPoolId,
      USER_POOL_CLIENT_ID: props.client.userPoolClientId,
      JWKS_PARAMETER_NAME: props.jwks.parameterName,
      ...databaseAddress(props.proxy.endpoint),
      DATABASE_USER: RECORDS_DATABASE_USER,
      ENVIRONMENT_NAME: config.name,
      FIELD_KEY_ARN: keys.fields.keyArn,
      MRN_INDEX_KEY_ARN: keys.indexes.mrn.keyArn,
      SSN_INDEX_KEY_ARN: keys.indexes.ssn.keyArn,
      INSURANCE_ID_INDEX_KEY_ARN: keys.indexes.insuranceId.keyArn,
      DOCUMENT_BUCKET_NAME: documents.bucketName,
    };
    this.api = new SecureFunction(this, 'Api', {
      bundle: 'records',
      description: 'The records API, behind the load balancer.',
      dataClass: 'phi',
      environment,
      logsKey: keys.logs,
      network: { vpc: props.vpc, subnets: APPLICATION_SUBNETS, securityGroup: props.securityGroup },
      invocation: { awaitedBy: 'The load balancer' },
      timeout: Duration.seconds(15),
      memoryMib: 1024,
      reservedConcurrency: config.recordsReservedConcurrency,
      roleName: recordsApiRoleName(config.name),
    });

    props.proxy.grantConnect(this.api.policy);
    this.api.policy.addStatements(
      new PolicyStatement({ sid: 'ReadTokenKeys', actions: ['ssm:GetParameter'], resources: [props.jwks.parameterArn] }),
      allowFieldKey({ sid: 'UnwrapDataKeys', key: keys.fields, environment: config.name, actions: ['kms:Decrypt'] }),
      new PolicyStatement({
        sid: 'MakeBlindIndexes',
        actions: ['kms:GenerateMac'],
        resources: Object.values(keys.indexes).map(({ keyArn }) => keyArn),
        conditions: { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } },
      }),
      ...this.presignedAccess(),
    );
  }

  /**
   * What a client may do with an address that this role has signed. Only by such an address: a request signed in its headers, as an SDK
   * would send one, is refused.
   */
  private presignedAccess(): PolicyStatement[] {
    const { documents, keys } = this.props;
    const conditions = {
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      NumericLessThan: { 's3:signatureAge': MAX_SIGNATURE_AGE_MS },
    };
    const documentObjects = documents.arnForObjects(DOCUMENT_OBJECTS);
    const objects = [documentObjects, documents.arnForObjects(RECORDING_OBJECTS)];
    return [
      new PolicyStatement({ sid: 'HandOutObjects', actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: objects, conditions }),
      new PolicyStatement({ sid: 'TakeInDocuments', actions: ['s3:PutObject'], resources: [documentObjects], conditions }),
      new PolicyStatement({
        sid: 'UseKeyOfDocumentsThroughS3',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [keys.records.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com`,
            // The bucket has a key of its own, so its ARN is the context, and not the object's.
            'kms:EncryptionContext:aws:s3:arn': documents.bucketArn,
          },
        },
      }),
    ];
  }
}
